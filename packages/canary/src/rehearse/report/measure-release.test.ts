import { expect, test } from '@jest/globals';
import type { Fact } from '@unicorns/cloud';
import { alarm, alias, deployment, ended, group, journalOf, served, stackEvent, START } from './journal.fixture.ts';
import { Measurement, newGateMemory } from './measure-release.ts';
import { judge, type Measured } from './verdict.ts';

/** Measures a journal and compares. */
function checkMeasured(facts: readonly (readonly [second: number, fact: Fact])[], expected: Partial<Measured>): void {
  const measurement = new Measurement({ startedAt: START, slaMs: 1_000, gates: newGateMemory() });
  for (const entry of journalOf(facts)) measurement.follow(entry);
  expect(measurement.measured).toEqual(expect.objectContaining(expected));
}

const reported = (status: 'Succeeded' | 'Failed'): Fact => ({
  type: 'codedeploy.HookReported',
  deploymentId: 'd-1',
  executionId: 'e',
  event: 'BeforeAllowTraffic',
  status,
});
const hookInvoked: Fact = {
  type: 'codedeploy.HookInvoked',
  deploymentId: 'd-1',
  event: 'BeforeAllowTraffic',
  functionName: 'pre',
  executionId: 'e',
};

test.each([undefined, 'ALARM_ACTIVE'] as const)(
  'a gate of ten seconds makes the verdict hang on its delay, ended with %s',
  (code) => {
    const put: Fact = {
      type: 'cloudwatch.AlarmPut',
      alarmName: 'fine',
      schedule: 's',
      configuration: {
        type: 'metric',
        alarmName: 'fine',
        actionsEnabled: true,
        okActions: [],
        alarmActions: [],
        insufficientDataActions: [],
        tags: [],
        watches: { type: 'stat', namespace: 'Shop', metricName: 'm', dimensions: [], stat: 'Sum', periodSeconds: 10 },
        evaluationPeriods: 1,
        threshold: 0,
        comparisonOperator: 'GreaterThanThreshold',
      },
    };
    checkMeasured(
      [
        [0, put],
        [1, group('fine')],
        [2, deployment('d-1', '1', '2')],
        [300, ended('d-1', code)],
      ],
      { dependsOn: expect.arrayContaining(['high-resolution-delay']) as never },
    );
  },
);

test('an alarm stops a release: when it began, turned and was undone, and who was hit', () => {
  checkMeasured(
    [
      [0, group('errors', 'sla', 'quiet')],
      [1, deployment('d-1', '1', '2')],
      [20, alias('1', { version: '2', weight: 0.1 })],
      [30, served(200)],
      [65, served(503)],
      [66, served(200, 1_001)],
      [67, served(429)],
      [70, alarm('elsewhere', 'ALARM')],
      [150, alarm('errors', 'ALARM')],
      [155, alarm('sla', 'ALARM')],
      [160, ended('d-1', 'ALARM_ACTIVE')],
      [161, deployment('d-2', '2', '1', 'codeDeployRollback')],
      [162, alias('1')],
      [163, ended('d-2')],
      [180, alias('1')],
    ],
    {
      firstFaultMs: 65_000,
      alarmMs: 150_000,
      stoppedMs: 160_000,
      aliasBackMs: 162_000,
      requestsHit: 2,
      gate: { type: 'alarms', names: ['errors', 'sla'] },
      reason: 'ALARM_ACTIVE: AWS says so.',
      dependsOn: ['metric-delay', 'alarm-second', 'alarm-poll'],
    },
  );
});

test('a hook stops a release before any caller is hit', () => {
  checkMeasured(
    [
      [1, deployment('d-1', '1', '2')],
      [2, hookInvoked],
      [3, reported('Failed')],
      [4, ended('d-1', 'HOOK_EXECUTION_FAILURE')],
    ],
    { gate: { type: 'hook', event: 'BeforeAllowTraffic', functionName: 'pre' }, requestsHit: 0, dependsOn: [] },
  );
});

test('an alarm that stops a deployment during a hook hangs on an assumption of its own', () => {
  checkMeasured(
    [
      [0, group('errors')],
      [1, deployment('d-1', '1', '2')],
      [2, hookInvoked],
      [3, alarm('errors', 'ALARM')],
      [4, ended('d-1', 'ALARM_ACTIVE')],
    ],
    { dependsOn: ['metric-delay', 'alarm-second', 'alarm-poll', 'alarms-watched-during-hooks'] },
  );
});

test('a permission is no gate, and CloudFormation alone has its own words', () => {
  checkMeasured(
    [
      [1, deployment('d-1', '1', '2')],
      [2, ended('d-1', 'IAM_ROLE_PERMISSIONS')],
    ],
    {
      gate: { type: 'other', code: 'IAM_ROLE_PERMISSIONS' },
    },
  );
  checkMeasured([[1, stackEvent('Version', 'CREATE_FAILED', 'A version for this Lambda function exists ( 2 ).')]], {
    reason: 'A version for this Lambda function exists ( 2 ).',
  });
});

test('a release in which the stage has throttled is printed with its assumption, and no other', () => {
  const refused: Fact = { ...served(429), isThrottled: true } as Fact;
  checkMeasured([[1, served(429)]], { dependsOn: [] });
  checkMeasured([[1, refused]], { dependsOn: ['stage-throttling'] });
});

test('provisioned concurrency is printed with its assumptions, that of shifts while the alias has weights', () => {
  const wanted: Fact = {
    type: 'lambda.ProvisionedConcurrencyWanted',
    functionName: 'list',
    version: '2',
    imageKey: 'list:2',
    count: 3,
  };
  const shared: Fact = {
    type: 'lambda.AliasUpdated',
    functionName: 'list',
    aliasName: 'live',
    functionVersion: '1',
    additional: { version: '2', weight: 0.1 },
    description: '',
    revisionId: 'r',
  };
  checkMeasured([[1, wanted]], { dependsOn: ['provisioned-preparation'] });
  checkMeasured(
    [
      [1, shared],
      [1, wanted],
    ],
    { dependsOn: ['provisioned-preparation', 'provisioned-shift'] },
  );
});

test('a linear configuration is printed with its assumption', () => {
  const created = deployment('d-1', '1', '2');
  if (created.type !== 'codedeploy.DeploymentCreated') throw new Error('the fixture has changed');
  const routing = { type: 'TimeBasedLinear', linearPercentage: 10, linearInterval: 1 } as const;
  checkMeasured(
    [
      [1, { ...created, deployment: { ...created.deployment, routing } }],
      [2, ended('d-1')],
    ],
    {
      dependsOn: ['linear-intervals'],
    },
  );
});

const measured: Measured = {
  requests: { count: 0, byStatus: [], slowerThanSla: 0, slowestMs: 0 },
  requestsHit: 0,
  isShifted: true,
  outsideSlice: [],
  dependsOn: [],
  gate: { type: 'alarms', names: ['unicorns-list-4-sla'] },
};
const release = {
  name: 'slow',
  expect: 'rolled-back',
  template: { fileName: 't', text: '' },
  parameters: {},
  packageCode: () => {
    throw new Error('nothing is deployed here');
  },
  waitBeforeMs: 0,
  waitAfterMs: 0,
  warnings: [],
} as const;

test('a verdict says what is not as expected', () => {
  expect(judge(release, 'rolled-back', measured).isAsExpected).toBe(true);
  expect(judge(release, 'promoted', measured).difference).toBe('expected rolled back, but it was promoted');
  expect(judge(release, 'failed', measured).difference).toBe('expected rolled back, but it failed');
  expect(judge(release, 'no-changes', measured).difference).toBe('expected rolled back, but there were no changes');
  expect(judge({ ...release, caughtBy: 'sla' }, 'rolled-back', measured).isAsExpected).toBe(true);
  expect(judge({ ...release, caughtBy: 'pre-traffic' }, 'rolled-back', measured).difference).toBe(
    'expected pre-traffic to catch it, but unicorns-list-4-sla did',
  );
  const unchanged = { ...release, expect: 'promoted', mayBeUnchanged: true } as const;
  expect(judge(unchanged, 'no-changes', measured).isAsExpected).toBe(true);
});
