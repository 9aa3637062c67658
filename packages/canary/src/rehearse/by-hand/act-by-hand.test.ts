import { afterAll, expect, test } from '@jest/globals';
import { createCloud } from '@unicorns/cloud';
import { type Acted, type ActByHand, actByHand } from './act-by-hand.ts';

const cloud = await createCloud({ workers: 1 });
afterAll(() => cloud.close());

/** Acts, and gives what was told of it, or the words in which the scenario is refused. */
function act(call: string, input: ActByHand['input'], refused?: string): Acted | string {
  const told: Acted[] = [];
  try {
    actByHand(cloud, 'unicorns', { afterMs: 0, call, input, ...(refused !== undefined && { refused }) }, (acted) =>
      told.push(acted),
    );
  } catch (error) {
    return String(error);
  }
  return told[0] ?? 'nothing was told';
}

test('a call is made with the account’s own rights, and told', () => {
  expect(act('logs:CreateLogGroup', { logGroupName: '/a', tags: { stage: 'x'.repeat(60) } })).toEqual({
    call: 'logs:CreateLogGroup',
    words: 'logGroupName=/a tags={…}',
  });
  expect(cloud.world.logs.groups.has('/a')).toBe(true);
});

test('a refusal that the scenario expects is told in AWS’s words', () => {
  expect(act('logs:DeleteLogGroup', { logGroupName: '/b' }, 'does not exist')).toEqual({
    call: 'logs:DeleteLogGroup',
    words: 'logGroupName=/b',
    refusal: 'ResourceNotFoundException: The specified log group does not exist.',
  });
});

test.each([
  ['a refusal that nobody expects', 'logs:DeleteLogGroup', { logGroupName: '/b' }, undefined, 'was refused'],
  ['another refusal', 'logs:DeleteLogGroup', { logGroupName: '/b' }, 'AccessDenied', 'was refused'],
  ['no refusal', 'logs:CreateLogGroup', { logGroupName: '/c' }, 'AlreadyExists', 'was to be refused'],
  ['an operation outside the slice', 'lambda:CreateFunctionUrlConfig', {}, undefined, 'NotImplemented'],
  ['a resource that is not there', 'logs:DeleteLogGroup', { logGroupName: '${Gone}' }, undefined, 'has no "Gone"'],
  ['no deployment yet', 'codedeploy:StopDeployment', { deploymentId: '${deployment}' }, undefined, 'no deployment yet'],
])('%s ends the rehearsal', (_what, call, input, refused, words) => {
  expect(act(call, input, refused)).toContain(words);
});
