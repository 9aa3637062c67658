import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { WatchEvent } from './events.ts';
import { follow, NEW_STORY } from './follow.ts';
import type { Snapshot } from './snapshot.ts';
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

function eventsOf(snapshots: readonly Snapshot[]): readonly WatchEvent[] {
  let story = NEW_STORY;
  return snapshots.flatMap((each) => {
    const next = follow(story, each);
    story = next.story;
    return next.events;
  });
}

/** `12 stackChanged UPDATE_IN_PROGRESS`: the second, the type and what matters of it. */
const told = (event: WatchEvent): string => {
  const words = Object.entries(event).flatMap(([key, value]) =>
    key === 'at' || key === 'type' || key === 'isRollback' || key === 'ending' ? [] : [wordOf(value)],
  );
  return [event.at / SECOND, event.type, ...words].join(' ');
};

function wordOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.map((each: unknown) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' ');
}

function checkEvents(snapshots: readonly Snapshot[], expected: readonly string[]): void {
  expect(eventsOf(snapshots).map(told)).toEqual(expected);
}

test('each event of a stack is told once, at its own instant', () => {
  const begun = stackEvent(1, 'UPDATE_IN_PROGRESS', 'User Initiated');
  const fn = resourceEvent(3, 'Fn', 'UPDATE_COMPLETE');
  checkEvents(
    [snapshot(5, stack(begun)), snapshot(10, stack(begun, fn)), snapshot(15, stack(begun, fn))],
    ['1 stackChanged UPDATE_IN_PROGRESS User Initiated', '3 resourceChanged Fn AWS::Lambda::Alias UPDATE_COMPLETE'],
  );
});

test('a lifecycle event that began and ended between two polls is told twice', () => {
  const before = deployment('d-A', 'InProgress', { target: target('- - -') });
  const times = [{ startedAt: 2 * SECOND, endedAt: 4 * SECOND }, { startedAt: 4_100 }];
  const after = deployment('d-A', 'InProgress', {
    target: target('Succeeded InProgress -', times),
    hooks: { BeforeAllowTraffic: 'pre' },
  });
  checkEvents(
    [snapshot(1, { deployments: [before] }), snapshot(6, { deployments: [after] })],
    [
      '0 deploymentCreated d-A group Canary',
      '0 deploymentStarted d-A live 1 2',
      '2 lifecycleEvent d-A BeforeAllowTraffic pre InProgress',
      '4 lifecycleEvent d-A BeforeAllowTraffic pre Succeeded',
      '4.1 lifecycleEvent d-A AllowTraffic InProgress',
    ],
  );
});

test('a deployment has no target before it starts, and its group and configuration are told all the same', () => {
  checkEvents(
    [
      snapshot(1, { deployments: [deployment('d-A', 'Created')] }),
      snapshot(2, { deployments: [deployment('d-A', 'InProgress', { target: target('- - -') })] }),
    ],
    ['0 deploymentCreated d-A group Canary', '0 deploymentStarted d-A live 1 2'],
  );
});

test('a shift is known to lie between two polls', () => {
  const [old, fresh] = [
    { version: '1', percent: 90 },
    { version: '2', percent: 10 },
  ];
  checkEvents(
    [
      snapshot(1, { aliases: [alias({ version: '1', percent: 100 })] }),
      snapshot(6, { aliases: [alias({ version: '1', percent: 100 })] }),
      snapshot(11, { aliases: [alias(old, fresh)] }),
      snapshot(16, { aliases: [alias(old, fresh)] }),
    ],
    [
      '1 aliasShifted live {"version":"1","percent":100}',
      '11 aliasShifted live {"version":"1","percent":90} {"version":"2","percent":10} 6000',
    ],
  );
});

test.each<[string, readonly string[], readonly string[]]>([
  ['an alarm that gets its first data is no news', ['INSUFFICIENT_DATA', 'OK'], []],
  ['an alarm that was red before anybody looked is told', ['ALARM'], ['alarmTurned errors ALARM it is ALARM']],
  [
    'an alarm turns, and turns back',
    ['OK', 'ALARM', 'ALARM', 'OK'],
    ['alarmTurned errors OK ALARM it is ALARM', 'alarmTurned errors ALARM OK it is OK'],
  ],
])('%s', (_, states, expected) => {
  const events = eventsOf(states.map((state, index) => snapshot(index, { alarms: [alarm(state)] })));
  expect(events.map((event) => told(event).replace(/^\S+ /, ''))).toEqual(expected);
});

test('an alarm turns at the instant that CloudWatch gives', () => {
  const red = alarm('ALARM', { turnedAt: 7 * SECOND });
  checkEvents(
    [snapshot(5, { alarms: [alarm('OK')] }), snapshot(10, { alarms: [red] })],
    ['7 alarmTurned errors OK ALARM it is ALARM'],
  );
});

test('a datapoint is told when it is new, or its period has gone on filling', () => {
  const point = (at: number, value: number) => ({ alarms: [alarm('OK', { latest: { at: at * SECOND, value } })] });
  checkEvents(
    [snapshot(70, point(0, 0)), snapshot(75, point(0, 0)), snapshot(80, point(0, 2)), snapshot(130, point(60, 2))],
    ['70 datapoint errors 0 > 0', '80 datapoint errors 2 > 0', '130 datapoint errors 2 > 0'],
  );
});

test('a stop is told with its code, and the rollback with its own deployment', () => {
  const error = { code: 'ALARM_ACTIVE', message: 'Activated alarms: <errors>' };
  const stopped = deployment('d-A', 'Stopped', {
    completedAt: 9 * SECOND,
    error,
    rollback: { role: 'rolledBackBy', deploymentId: 'd-B', message: 'd-A terminated' },
  });
  const rollback = deployment('d-B', 'Succeeded', {
    createdAt: 10 * SECOND,
    completedAt: 12 * SECOND,
    rollback: { role: 'rollsBack', deploymentId: 'd-A', message: 'to roll back d-A' },
  });
  checkEvents(
    [
      snapshot(5, { deployments: [deployment('d-A', 'InProgress')] }),
      snapshot(15, { deployments: [stopped, rollback] }),
    ],
    [
      '0 deploymentCreated d-A group Canary',
      '9 deploymentEnded d-A Stopped ALARM_ACTIVE Activated alarms: <errors>',
      '10 rollbackTriggered d-A d-A terminated',
      '10 deploymentCreated d-B group Canary',
      '12 deploymentEnded d-B Succeeded',
      '15 ended',
    ],
  );
});

test('the log of a failed hook is told once, when it has come', () => {
  const failed = deployment('d-A', 'Failed', {
    target: target('Failed Skipped Skipped'),
    hooks: { BeforeAllowTraffic: 'pre' },
  });
  const log = (...lines: readonly string[]) => ({
    deployments: [failed],
    hookLogs: [{ deploymentId: 'd-A', event: 'BeforeAllowTraffic', functionName: 'pre', lines }],
  });
  const events = eventsOf([
    snapshot(1, log()),
    snapshot(2, log('Error: no answer')),
    snapshot(3, log('Error: no answer')),
  ]);
  expect(events.filter(({ type }) => type === 'hookSaid').map(told)).toEqual([
    '2 hookSaid BeforeAllowTraffic pre Error: no answer',
  ]);
});

test('however often it polls, the same stack events are told in the same order', () => {
  const all = Array.from({ length: 12 }, (_, index) => resourceEvent(index, `R${index}`, 'UPDATE_COMPLETE'));
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 12 })), (polls) => {
      const ends = [...polls.toSorted((a, b) => a - b), 12];
      const events = eventsOf(
        ends.map((end) => snapshot(end, stack(stackEvent(0, 'UPDATE_IN_PROGRESS'), ...all.slice(0, end)))),
      );
      const ids = events.flatMap((event) => (event.type === 'resourceChanged' ? [event.logicalId] : []));
      expect(ids).toEqual(all.map(({ logicalId }) => logicalId));
    }),
  );
});
