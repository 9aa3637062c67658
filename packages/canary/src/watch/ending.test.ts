import { expect, test } from '@jest/globals';
import { activatedAlarms, endingOf, stackResult } from './ending.ts';
import type { StopReason } from './events.ts';
import type { DeploymentSeen, Snapshot } from './snapshot.ts';
import {
  alarm,
  alias,
  deployment,
  resourceEvent,
  SECOND,
  snapshot,
  stack,
  stackEvent,
  target,
} from './snapshots.fixture.ts';

const NONE = new Map();

test.each([
  ['CREATE_IN_PROGRESS', undefined],
  ['CREATE_COMPLETE', 'promoted'],
  ['ROLLBACK_COMPLETE', 'rolledBack'],
  ['UPDATE_IN_PROGRESS', undefined],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined],
  ['UPDATE_COMPLETE', 'promoted'],
  ['UPDATE_FAILED', 'failed'],
  ['UPDATE_ROLLBACK_IN_PROGRESS', undefined],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', undefined],
  ['UPDATE_ROLLBACK_COMPLETE', 'rolledBack'],
  ['UPDATE_ROLLBACK_FAILED', 'failed'],
  ['DELETE_COMPLETE', 'failed'],
])('a stack in %s is %s', (status, result) => {
  expect(stackResult(status)).toBe(result);
});

const rolledBackBy = (deploymentId: string) => ({ role: 'rolledBackBy', deploymentId, message: '' }) as const;
const rollback = deployment('d-B', 'Succeeded', { rollback: { role: 'rollsBack', deploymentId: 'd-A', message: '' } });
const ALARM_ACTIVE = { code: 'ALARM_ACTIVE', message: '… Activated alarms: <errors> <sla>' };

test.each<[string, readonly DeploymentSeen[], number, string | undefined]>([
  ['nothing is known of it', [], 0, undefined],
  ['it is in progress', [deployment('d-A', 'InProgress')], 0, undefined],
  ['it succeeded', [deployment('d-A', 'Succeeded')], 0, 'promoted'],
  [
    'its rollback is not named yet',
    [deployment('d-A', 'Stopped', { error: ALARM_ACTIVE, completedAt: 0 })],
    10,
    undefined,
  ],
  ['no rollback was ever named', [deployment('d-A', 'Stopped', { error: ALARM_ACTIVE, completedAt: 0 })], 31, 'failed'],
  ['its group does not roll back', [deployment('d-A', 'Failed', { rollsBackOn: [] })], 0, 'failed'],
  [
    'its rollback is named and not read',
    [deployment('d-A', 'Stopped', { rollback: rolledBackBy('d-B') })],
    99,
    undefined,
  ],
  [
    'its rollback is in progress',
    [deployment('d-A', 'Stopped', { rollback: rolledBackBy('d-B') }), { ...rollback, status: 'InProgress' }],
    0,
    undefined,
  ],
  [
    'its rollback succeeded',
    [deployment('d-A', 'Stopped', { rollback: rolledBackBy('d-B') }), rollback],
    0,
    'rolledBack',
  ],
  [
    'its rollback failed',
    [deployment('d-A', 'Stopped', { rollback: rolledBackBy('d-B') }), { ...rollback, status: 'Failed' }],
    0,
    'failed',
  ],
  ['it is a rollback itself', [rollback], 0, 'rolledBack'],
])('a deployment alone, when %s', (_, deployments, seconds, result) => {
  expect(endingOf(NONE, snapshot(seconds, { deployments }))?.result).toBe(result);
});

const ROLLED_BACK = stack(stackEvent(0, 'UPDATE_IN_PROGRESS'), stackEvent(90, 'UPDATE_ROLLBACK_COMPLETE'));

function checkReasons(seen: Partial<Snapshot>, expected: readonly StopReason[]): void {
  expect(endingOf(NONE, snapshot(100, { ...ROLLED_BACK, ...seen }))?.reasons).toEqual(expected);
}

test('alarms that stopped a deployment are named, with what they showed', () => {
  const red = alarm('ALARM', { latest: { at: 0, value: 3 } });
  const stopped = deployment('d-A', 'Stopped', { error: ALARM_ACTIVE, rollback: rolledBackBy('d-B') });
  checkReasons({ deployments: [stopped, rollback], alarms: [red, alarm('OK', { name: 'quiet' })] }, [
    { type: 'alarms', deploymentId: 'd-A', names: ['errors', 'sla'], alarms: [red] },
  ]);
});

test('alarms are shown as they were at the stop, also when a rollback has deleted them since', () => {
  const stopped = deployment('d-A', 'Stopped', { error: ALARM_ACTIVE, rollback: rolledBackBy('d-B') });
  const atStop = new Map([['d-A', [alarm('ALARM')]]]);
  expect(endingOf(atStop, snapshot(100, { ...ROLLED_BACK, deployments: [stopped, rollback] }))?.reasons).toEqual([
    { type: 'alarms', deploymentId: 'd-A', names: ['errors', 'sla'], alarms: [alarm('ALARM')] },
  ]);
});

test.each([
  ['HOOK_EXECUTION_FAILURE', 1],
  ['TIMEOUT', 2],
])('a hook that ends a deployment with %s is named with its log', (code, reasons) => {
  const failed = deployment('d-A', 'Failed', {
    error: { code, message: 'it failed' },
    target: target('Failed Skipped Skipped'),
    hooks: { BeforeAllowTraffic: 'pre' },
  });
  const hookLogs = [
    {
      deploymentId: 'd-A',
      event: 'BeforeAllowTraffic',
      functionName: 'pre',
      lines: ['START RequestId: 1', 'Error: no'],
    },
  ];
  const hook = {
    type: 'hook',
    deploymentId: 'd-A',
    event: 'BeforeAllowTraffic',
    hook: 'pre',
    lines: ['Error: no'],
  } as const;
  const more = { type: 'deployment', deploymentId: 'd-A', code, message: 'it failed' } as const;
  checkReasons({ deployments: [failed], hookLogs }, [hook, more].slice(0, reasons));
});

test('a person who stops a deployment is a reason of its own', () => {
  const error = { code: 'MANUAL_STOP', message: 'The deployment was stopped by a user.' };
  const stopped = deployment('d-A', 'Stopped', { error, target: target('Succeeded Failed Skipped') });
  checkReasons({ deployments: [stopped] }, [{ type: 'deployment', deploymentId: 'd-A', ...error }]);
});

test('without a failed deployment the first resource that failed by itself is the reason', () => {
  const events = stack(
    stackEvent(0, 'UPDATE_IN_PROGRESS'),
    resourceEvent(1, 'Table', 'UPDATE_FAILED', 'Resource update cancelled'),
    resourceEvent(2, 'Version', 'CREATE_FAILED', 'A version for this Lambda function exists ( 3 ).'),
    stackEvent(9, 'UPDATE_ROLLBACK_COMPLETE'),
  );
  checkReasons(events, [
    {
      type: 'resource',
      logicalId: 'Version',
      status: 'CREATE_FAILED',
      reason: 'A version for this Lambda function exists ( 3 ).',
    },
  ]);
});

test('a log that has not come is waited for, and not for ever', () => {
  const failed = deployment('d-A', 'Failed', {
    completedAt: 0,
    rollsBackOn: [],
    error: { code: 'HOOK_EXECUTION_FAILURE', message: '' },
  });
  const hookLogs = [{ deploymentId: 'd-A', event: 'BeforeAllowTraffic', functionName: 'pre', lines: [] }];
  expect(endingOf(NONE, snapshot(10, { deployments: [failed], hookLogs }))).toBeUndefined();
  expect(endingOf(NONE, snapshot(21, { deployments: [failed], hookLogs }))?.result).toBe('failed');
});

test('what was left behind: the stack, the alias, alarms in ALARM and the version that stays', () => {
  const stopped = deployment('d-A', 'Stopped', {
    error: ALARM_ACTIVE,
    rollback: rolledBackBy('d-B'),
    target: target('Succeeded Failed Skipped'),
  });
  const shares = { version: '1', percent: 100 };
  const seen = {
    ...ROLLED_BACK,
    deployments: [stopped, rollback],
    aliases: [alias(shares)],
    alarms: [alarm('ALARM'), alarm('OK', { name: 'ok' })],
  };
  expect(endingOf(NONE, snapshot(100, seen))?.left).toEqual({
    stack: { name: 'shop', status: 'UPDATE_ROLLBACK_COMPLETE' },
    aliases: [{ alias: 'live', shares: [shares] }],
    alarmsInAlarm: ['errors'],
    orphans: [{ functionName: 'fn', version: '2' }],
  });
});

test('a version that still gets traffic is not orphaned', () => {
  const stopped = deployment('d-A', 'Stopped', {
    rollsBackOn: [],
    completedAt: SECOND,
    target: target('Succeeded Failed Skipped'),
  });
  const aliases = [alias({ version: '1', percent: 90 }, { version: '2', percent: 10 })];
  expect(endingOf(NONE, snapshot(100, { deployments: [stopped], aliases }))?.left.orphans).toEqual([]);
});

test.each([
  ['Activated alarms: <one> <two words>', ['one', 'two words']],
  ['something <else>', []],
  ['Activated alarms:', []],
])('the alarms in «%s» are %j', (message, names) => {
  expect(activatedAlarms(message)).toEqual(names);
});
