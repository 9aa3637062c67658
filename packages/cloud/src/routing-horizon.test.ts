import { expect, test } from '@jest/globals';
import { createCloud } from './cloud.ts';
import type { Wake } from './effects.ts';
import { Instant, MINUTE } from './instant.ts';
import { isAside, mayReachInvocations } from './routing-horizon.ts';
import { Timeline } from './timeline.ts';
import { SERVICES } from './world.ts';

const minute = Instant(0);
const WAKES: readonly (readonly [wake: Wake, aside: boolean])[] = [
  [{ service: 'apigateway', type: 'timeout-due', at: minute }, true],
  [{ service: 'apigateway', type: 'send-metrics', minuteKey: 'api\tProd\t0' }, true],
  [{ service: 'cloudwatch', type: 'evaluateAlarm', alarmName: 'errors', schedule: 's' }, true],
  [{ service: 'cloudwatch', type: 'endSuppression', alarmName: 'all', until: minute }, true],
  [{ service: 'logs', type: 'minute-ended', logGroup: '/list', minute }, true],
  [{ service: 'lambda', type: 'sendMetrics', minute }, true],
  [{ service: 'lambda', type: 'retryAsyncEvent', requestId: 'r' }, false],
  [{ service: 'codedeploy', type: 'pollAlarms', deploymentId: 'd-1' } as Wake, false],
];

test.each(WAKES)('%j is aside: %s', (wake, aside) => {
  expect(isAside(wake)).toBe(aside);
});

test('nothing follows from what an alarm does but a message that nobody hears', () => {
  const heard = (type: string) =>
    SERVICES.filter((each) => type in (each.reactions ?? {})).map(({ name }) => String(name));
  expect(heard('cloudwatch.AlarmStateChanged').toSorted()).toEqual(['cloudwatch', 'events']);
  expect(heard('cloudwatch.ActionRan')).toEqual(['sns']);
  expect(heard('events.EventPut')).toEqual(['events']);
  expect(heard('events.EventDelivered')).toEqual(['sns']);
  expect(heard('sns.MessagePublished')).toEqual(['sns']);
  expect(heard('sns.MessageDelivered')).toEqual([]);
  expect(heard('cloudwatch.DatapointsRecorded')).toEqual([]);
});

test('a timeline tells the first of the wakes that are not aside', () => {
  const timeline = new Timeline<string>(Instant(0), (wake) => wake.startsWith('aside'));
  for (const [index, wake] of ['aside 1', 'first', 'aside 2', 'second'].entries())
    timeline.schedule(Instant(index * MINUTE), wake);
  expect([timeline.nextDue, timeline.nextDecisiveDue]).toEqual([0, MINUTE]);
  timeline.take();
  expect([timeline.nextDue, timeline.nextDecisiveDue]).toEqual([MINUTE, MINUTE]);
  timeline.take();
  expect([timeline.nextDue, timeline.nextDecisiveDue]).toEqual([2 * MINUTE, 3 * MINUTE]);
});

const statement = (Effect: string, Action: string | readonly string[]) => ({ Effect, Action, Resource: '*' });

test.each<[string, readonly object[], boolean]>([
  ['nothing', [], false],
  ['lines and metrics', [statement('Allow', ['logs:*', 'cloudwatch:PutMetricData', 'sns:Publish'])], false],
  ['to look', [statement('Allow', ['lambda:Get*', 'codedeploy:BatchGet*', 'cloudformation:Describe*'])], false],
  ['to start another', [statement('Allow', 'lambda:InvokeFunction')], true],
  ['anything', [statement('Allow', '*')], true],
  ['to move an alias', [statement('Allow', 'lambda:update*')], true],
  ['to end a deployment', [statement('Allow', 'codedeploy:StopDeployment')], true],
  ['what it is denied', [statement('Deny', '*')], false],
])('code whose role allows %s may reach invocations, or not', async (_what, statements, expected) => {
  const cloud = await createCloud({ seed: 1 });
  try {
    const Fn = {
      Type: 'AWS::Serverless::Function',
      Properties: {
        InlineCode: 'exports.handler = async () => 1;',
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        ...(statements.length > 0 && { Policies: [{ Version: '2012-10-17', Statement: statements }] }),
      },
    };
    await cloud.deploy({
      stackName: 'shop',
      template: JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources: { Fn } }),
      fileName: 'template.json',
      packageCode: () => {
        throw new Error('inline');
      },
    });
    const [functionName = ''] = cloud.world.lambda.functions.keys();
    expect(mayReachInvocations(cloud.world, functionName, '$LATEST')).toBe(expected);
  } finally {
    await cloud.close();
  }
});
