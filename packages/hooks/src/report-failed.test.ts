import { expect, test } from '@jest/globals';
import { reportFailed } from './report-failed.ts';
import { EVENT, fakeRun } from './testing/fake-cloud.ts';

/** What Lambda sends to an OnFailure destination when a hook crashed. */
const record = {
  version: '1.0',
  timestamp: '2026-11-23T03:44:04.000Z',
  requestContext: {
    requestId: 'request',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:CodeDeployHook_uni-api-pre:$LATEST',
    condition: 'RetriesExhausted',
    approximateInvokeCount: 1,
  },
  requestPayload: EVENT,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' },
};

test('a hook that died is reported as Failed, and the log says which and why', async () => {
  const { parts, context, reports, logged } = fakeRun();
  await reportFailed(parts)(record, context);
  expect(reports).toEqual([[{ deploymentId: 'd-ABCDEFGHI', executionId: 'opaque' }, 'Failed', 0]]);
  expect(logged).toEqual([
    expect.objectContaining({
      hook: expect.stringContaining('CodeDeployHook_uni-api-pre'),
      errorType: 'Runtime.ExitError',
    }),
  ]);
});

test.each([[null], [{}], [{ requestPayload: {} }]])(
  'a record without a CodeDeploy event is refused: %j',
  async (bad) => {
    const { parts, context } = fakeRun();
    await expect(reportFailed(parts)(bad, context)).rejects.toThrow(/only CodeDeploy/);
  },
);
