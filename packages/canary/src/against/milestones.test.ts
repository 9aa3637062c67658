import { expect, test } from '@jest/globals';
import type { WatchEvent } from '../watch/index.ts';
import { milestonesOf } from './milestones.ts';

const of = { deploymentId: 'd-A', isRollback: false };
const started: WatchEvent = { type: 'deploymentStarted', ...of, alias: 'live', from: '41', to: '42', at: 0 };

test.each<[string, WatchEvent, string | undefined]>([
  ['a stack', { type: 'stackChanged', status: 'UPDATE_COMPLETE', at: 0 }, 'stack UPDATE_COMPLETE'],
  [
    'a version, without the hash that follows from where its package lies',
    { type: 'resourceChanged', logicalId: 'FnVersion0a1b2c3d4e', resourceType: 'T', status: 'CREATE_COMPLETE', at: 0 },
    'FnVersion… CREATE_COMPLETE',
  ],
  [
    'an alarm, without the stack and with the version’s part in it',
    { type: 'alarmTurned', alarm: 'shop-list-42-errors-5xx', to: 'ALARM', reason: '', at: 0 },
    'ALARM list-{new}-errors-5xx',
  ],
  ['an alarm of the old version', { type: 'alarmTurned', alarm: 'v41', to: 'OK', reason: '', at: 0 }, 'OK v{old}'],
  [
    'a shift, by the share of what is new',
    {
      type: 'aliasShifted',
      alias: 'live',
      shares: [
        { version: '41', percent: 90 },
        { version: '42', percent: 10 },
      ],
      at: 0,
    },
    'live: new version at 10 %',
  ],
  [
    'a stop, with its code',
    { type: 'deploymentEnded', ...of, status: 'Stopped', code: 'ALARM_ACTIVE', at: 0 },
    'deployment Stopped ALARM_ACTIVE',
  ],
  [
    'a rollback',
    { type: 'deploymentCreated', ...of, isRollback: true, group: 'g', configuration: 'c', at: 0 },
    'rollback created',
  ],
  [
    'a lifecycle event',
    { type: 'lifecycleEvent', ...of, event: 'AllowTraffic', status: 'Failed', at: 0 },
    'AllowTraffic Failed',
  ],
  [
    'none of a rollback’s lifecycle',
    { type: 'lifecycleEvent', ...of, isRollback: true, event: 'AllowTraffic', status: 'Failed', at: 0 },
    undefined,
  ],
  ['none of what only a watch sees', { type: 'datapoint', alarm: 'a', value: 1, limit: '> 0', at: 0 }, undefined],
])('%s', (_, event, expected) => {
  expect(milestonesOf([started, event], 'shop').map(({ what }) => what)).toEqual(
    expected === undefined ? [] : [expected],
  );
});

const shifted = (at: number, percent: number): WatchEvent => ({
  type: 'aliasShifted',
  alias: 'live',
  shares: [
    { version: '41', percent: 100 - percent },
    { version: '42', percent },
  ],
  at,
});

test('an alias as it was found is no shift, nor is an update that changes nothing', () => {
  const events = [started, shifted(1, 0), shifted(2, 10), shifted(3, 10), shifted(4, 0), shifted(5, 0)];
  expect(milestonesOf(events, undefined)).toEqual([
    { what: 'live: new version at 10 %', at: 2 },
    { what: 'live: new version at 0 %', at: 4 },
  ]);
});

test('a shift lies between two looks', () => {
  expect(milestonesOf([started, { ...shifted(10, 50), since: 5 } as WatchEvent], undefined)).toEqual([
    { what: 'live: new version at 50 %', at: 10, since: 5 },
  ]);
});
