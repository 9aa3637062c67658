import { expect, test } from '@jest/globals';
import { findingsOf, type Json } from '../judged.fixture.ts';
import { byHand, ROLLS_BACK } from './by-hand.fixture.ts';

test('a release written by hand has its gates elsewhere, and is well for the rest', () => {
  expect(findingsOf(byHand()).map(({ rule }) => rule)).toEqual(['alarm-elsewhere']);
});

test('a release whose group is in another stack is not judged, and said not to be', () => {
  const text = byHand().replaceAll('{"Ref":"Group"}', '{"Fn::ImportValue":"group"}');
  expect(findingsOf(text).map(({ rule, resourceId }) => [rule, resourceId])).toEqual([
    ['alarm-elsewhere', 'Alias'],
    ['group-not-used', 'Group'],
  ]);
});

test.each<[string, Json, string | undefined]>([
  ['on', { Enabled: true, Alarms: [{ Name: 'a' }] }, undefined],
  ['on, by a text', { Enabled: 'true', Alarms: [{ Name: 'a' }] }, undefined],
  ['off', { Enabled: false, Alarms: [{ Name: 'a' }] }, 'Group lists 1 alarm and says that none counts.'],
  ['neither', { Alarms: [{ Name: 'a' }, { Name: 'b' }] }, 'Group lists 2 alarms and does not say that they count.'],
  ['off, with none', { Enabled: false, Alarms: [] }, undefined],
])('alarms of a group are switched on: %s', (_, AlarmConfiguration, message) => {
  const found = findingsOf(byHand({ AlarmConfiguration })).filter(({ rule }) => rule === 'alarms-not-enabled');
  expect(found.map((it) => it.message)).toEqual(message === undefined ? [] : [message]);
});

test.each<[string, Json, string | undefined]>([
  ['on all it may', { AutoRollbackConfiguration: { ...ROLLS_BACK, Events: [...ROLLS_BACK.Events, 'X'] } }, undefined],
  ['never', { AutoRollbackConfiguration: undefined }, 'Group never rolls back.'],
  ['switched off', { AutoRollbackConfiguration: { ...ROLLS_BACK, Enabled: false } }, 'Group never rolls back.'],
  [
    'not on an alarm',
    { AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] } },
    'Group does not roll back on DEPLOYMENT_STOP_ON_ALARM.',
  ],
])('a stopped deployment goes back: %s', (_, group, message) => {
  const found = findingsOf(byHand(group)).filter(({ rule }) => rule === 'no-auto-rollback');
  expect(found.map((it) => it.message)).toEqual(message === undefined ? [] : [message]);
});

test.each<[string, boolean | undefined, number]>([
  ['nothing said', undefined, 0],
  ['refused', false, 0],
  ['allowed', true, 1],
])('alarms that cannot be read stop a deployment: %s', (_, IgnorePollAlarmFailure, count) => {
  const AlarmConfiguration = { Enabled: true, Alarms: [{ Name: 'elsewhere' }], IgnorePollAlarmFailure };
  const found = findingsOf(byHand({ AlarmConfiguration })).filter(({ rule }) => rule === 'alarms-may-go-unread');
  expect(found).toHaveLength(count);
});

test.each<[string, number]>([
  ['Version', 1],
  ['ListVersion2', 1],
  ['Version0a1b2c3d', 0],
  ['ListLambdaVersionXa7PqLm2Z9kTtRw3Yb5Nc8Vd1Ge4Hf6Jg', 0],
])('a version is made anew by its logical id: %s', (versionId, count) => {
  const found = findingsOf(byHand({}, versionId)).filter(({ rule }) => rule === 'version-made-once');
  expect(found).toHaveLength(count);
});
