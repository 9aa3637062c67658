import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import { SECOND } from '../../instant.ts';
import { alarmsInState } from './index.ts';
import { Cloud, described, FAULTS, put, RATE, START } from './alone.fixture.ts';

test('a new alarm has insufficient data until its own second comes', () => {
  const cloud = new Cloud();
  cloud.advanceTo(30);
  put(cloud);
  expect(described(cloud)).toMatchObject({
    AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:faults',
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
  });
  cloud.advanceTo(120);
  expect(cloud.changes).toEqual(['12:01:04 faults INSUFFICIENT_DATA → OK']);
});

test('a fault is seen at the first second of the alarm after its datapoint has become visible', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.record(70);
  cloud.advanceTo(600);
  // The minute 12:01 is readable from 12:02:45; it leaves the range of three minutes at 12:05.
  expect(cloud.changes.slice(1)).toEqual(['12:03:04 faults OK → ALARM', '12:05:04 faults ALARM → OK']);
});

test('every alarm has a second of its own, the same in every run', () => {
  const seconds = ['a', 'b', 'c'].map((AlarmName) => {
    const cloud = new Cloud(DEFAULT_ASSUMPTIONS);
    put(cloud, { AlarmName });
    return ((cloud.timeline.nextDue ?? 0) - START) / SECOND;
  });
  expect(new Set(seconds).size).toBe(3);
  expect(seconds.every((second) => second > 0 && second <= 60 && Number.isInteger(second))).toBe(true);
});

test('an alarm with a period below a minute is evaluated every ten seconds', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 10 });
  for (let second = 20; second < 30; second++)
    cloud.record(second, 1, { storageResolutionSeconds: 1, visibleAt: START });
  cloud.advanceTo(90);
  expect(cloud.changes).toEqual([
    '12:00:04 faults INSUFFICIENT_DATA → OK',
    '12:00:34 faults OK → ALARM',
    '12:01:04 faults ALARM → OK',
  ]);
});

test.each([10, 20, 30])('an alarm with a period of %i s looks at its last closed seconds, ten by ten', (Period) => {
  const cloud = new Cloud();
  put(cloud, { Period });
  cloud.record(19, 1, { storageResolutionSeconds: 1, visibleAt: START });
  cloud.advanceTo(24 + 3 * Period);
  // The sample lies in the newest period as soon as ten seconds have closed behind it.
  expect(cloud.changes.slice(0, 2)).toEqual(['12:00:04 faults INSUFFICIENT_DATA → OK', '12:00:24 faults OK → ALARM']);
});

test('a period of ten seconds over minutely data is without a point most of the time', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 10, TreatMissingData: 'missing' });
  for (let minute = 0; minute < 3; minute++) cloud.record(minute * 60 + 30, 0, { visibleAt: START });
  cloud.advanceTo(180);
  expect(cloud.changes).toEqual([
    '12:00:14 faults INSUFFICIENT_DATA → OK',
    '12:00:44 faults OK → INSUFFICIENT_DATA',
    '12:01:14 faults INSUFFICIENT_DATA → OK',
    '12:01:44 faults OK → INSUFFICIENT_DATA',
    '12:02:14 faults INSUFFICIENT_DATA → OK',
    '12:02:44 faults OK → INSUFFICIENT_DATA',
  ]);
});

test('an alarm reads points from before it was made', () => {
  const cloud = new Cloud();
  cloud.record(10);
  cloud.record(70);
  cloud.advanceTo(170);
  put(cloud, { EvaluationPeriods: 2 });
  cloud.advanceTo(190);
  expect(cloud.changes).toEqual(['12:03:04 faults INSUFFICIENT_DATA → ALARM']);
});

test('samples are kept as long as the widest alarm looks back', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 3600, EvaluationPeriods: 24, TreatMissingData: 'missing' });
  for (let hour = 0; hour < 20; hour++) {
    cloud.advanceTo(hour * 3600 + 1800);
    cloud.record(hour * 3600 + 1800, hour === 0 ? 1 : 0);
  }
  cloud.advanceTo(20 * 3600);
  expect(cloud.world.cloudwatch.alarms.get('faults')?.stateValue).toBe('OK');
  cloud.call('PutMetricAlarm', { ...FAULTS, Period: 3600, EvaluationPeriods: 24, DatapointsToAlarm: 1 });
  cloud.advanceTo(20 * 3600 + 60);
  expect(cloud.world.cloudwatch.alarms.get('faults')?.stateValue).toBe('ALARM');
});

test('the unit of an alarm selects samples published with it', () => {
  const states = [undefined, 'Count', 'Seconds'].map((Unit) => {
    const cloud = new Cloud();
    put(cloud, { Unit: Unit as never });
    cloud.record(10, 1, { unit: 'Count' });
    cloud.advanceTo(130);
    return cloud.world.cloudwatch.alarms.get('faults')?.stateValue;
  });
  expect(states).toEqual(['ALARM', 'ALARM', 'OK']);
});

test.each([
  ['p90', 'ALARM'],
  ['p50', 'OK'],
  ['tm90', 'OK'],
  ['TM(80%:100%)', 'ALARM'],
  ['wm90', 'OK'],
  ['IQM', 'OK'],
  ['TC(4:)', 'OK'],
  ['TC(0:)', 'ALARM'],
  ['ts50', 'ALARM'],
  ['PR(4:)', 'ALARM'],
])('an alarm takes the extended statistic %s: above 4 it is %s', (ExtendedStatistic, expected) => {
  const cloud = new Cloud();
  put(cloud, { Statistic: undefined, ExtendedStatistic, Threshold: 4 });
  for (const value of [1, 1, 1, 1, 1, 1, 1, 1, 9, 9]) cloud.record(10, value);
  cloud.advanceTo(130);
  expect(cloud.world.cloudwatch.alarms.get('faults')?.stateValue).toBe(expected);
  expect(described(cloud)).toMatchObject({ ExtendedStatistic });
});

test.each<[string, Partial<PutMetricAlarmInput>, number]>([
  ['a minute to ten seconds', { Period: 10 }, 14],
  ['a minute to an hour', { Period: 3600, EvaluationPeriods: 48 }, 3 * 60 + 4],
])('an alarm whose period goes from %s is evaluated at its new pace, and at no other', (_, more, next) => {
  const cloud = new Cloud();
  put(cloud);
  cloud.advanceTo(5);
  put(cloud, more);
  // The wake of the old pace is still there, and void.
  cloud.advanceTo(5);
  expect(cloud.timeline.nextDue).toBeLessThanOrEqual(START + next * SECOND);
  cloud.advanceTo(7200);
  expect(cloud.timeline.size).toBe(1);
});

test('a state set by hand on a composite alarm lasts until a child turns', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.call('PutCompositeAlarm', { AlarmName: 'top', AlarmRule: 'ALARM(faults)' });
  cloud.advanceTo(70);
  cloud.call('SetAlarmState', { AlarmName: 'top', StateValue: 'ALARM', StateReason: 'a test' });
  cloud.record(250);
  cloud.advanceTo(360);
  const top = () => cloud.world.cloudwatch.alarms.get('top')?.stateValue;
  expect(top()).toBe('ALARM');
  cloud.advanceTo(600);
  expect(cloud.changes.filter((it) => it.includes(' top ')).at(-1)).toContain('ALARM → OK');
  expect(top()).toBe('OK');
});

test('a composite alarm whose rule is changed is evaluated again', () => {
  const cloud = new Cloud();
  const rule = (AlarmRule: string) => {
    cloud.call('PutCompositeAlarm', { AlarmName: 'top', AlarmRule });
    cloud.advanceTo((cloud.timeline.now - START) / SECOND + 60);
    return cloud.world.cloudwatch.alarms.get('top')?.stateValue;
  };
  expect(['TRUE', 'FALSE', 'NOT FALSE'].map(rule)).toEqual(['ALARM', 'OK', 'ALARM']);
});

test('history is kept for 30 days', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.advanceTo(70);
  cloud.advanceTo(31 * 24 * 3600);
  cloud.call('SetAlarmState', { AlarmName: 'faults', StateValue: 'ALARM', StateReason: '' });
  const { AlarmHistoryItems } = cloud.call('DescribeAlarmHistory', {});
  expect((AlarmHistoryItems as { HistorySummary: string }[]).map((it) => it.HistorySummary)).toEqual([
    'Alarm updated from OK to ALARM',
  ]);
});

test('an alarm over more than a day is evaluated once an hour, over full hours', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 3600, EvaluationPeriods: 48 });
  cloud.advanceTo(3 * 3600);
  expect(cloud.changes).toEqual(['12:03:04 faults INSUFFICIENT_DATA → OK']);
  expect(cloud.timeline.nextDue).toBe(START + (3 * 3600 + 184) * SECOND);
});

test('an alarm over exactly a day is still evaluated every minute', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 3600, EvaluationPeriods: 24 });
  expect(cloud.timeline.nextDue).toBe(START + 4 * SECOND);
  cloud.advanceTo(30);
  expect(cloud.timeline.nextDue).toBe(START + 64 * SECOND);
});

test('a 5-minute alarm looks at the last five closed minutes, not at those of a graph', () => {
  const cloud = new Cloud();
  put(cloud, { Period: 300, Threshold: 1 });
  cloud.record(4 * 60, 1, { visibleAt: START });
  cloud.record(5 * 60, 1, { visibleAt: START });
  cloud.advanceTo(6 * 60 + 30);
  expect(cloud.changes.slice(1)).toEqual(['12:06:04 faults OK → ALARM']);
});

test('putting an alarm again keeps its state and its chain of evaluations', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.record(10);
  cloud.advanceTo(130);
  put(cloud, { Dimensions: [{ Name: 'Version', Value: '8' }] });
  expect(described(cloud)).toMatchObject({ StateValue: 'ALARM', Dimensions: [{ Name: 'Version', Value: '8' }] });
  expect(cloud.timeline.size).toBe(1);
  cloud.advanceTo(190);
  expect(cloud.changes.at(-1)).toBe('12:03:04 faults ALARM → OK');
});

test('a deleted alarm wakes no more, and one of the same name starts anew', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.advanceTo(70);
  cloud.call('DeleteAlarms', { AlarmNames: ['faults'] });
  put(cloud);
  expect(described(cloud)).toMatchObject({ StateValue: 'INSUFFICIENT_DATA' });
  cloud.advanceTo(200);
  expect(cloud.timeline.size).toBe(1);
  cloud.call('DeleteAlarms', { AlarmNames: ['faults'] });
  cloud.advanceTo(400);
  expect(cloud.timeline.size).toBe(0);
});

test('actions run on a change of state only, and not while they are disabled', () => {
  const cloud = new Cloud();
  put(cloud, {
    AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:page'],
    OKActions: ['arn:aws:sns:eu-west-1:123456789012:calm'],
  });
  cloud.record(10);
  cloud.record(70);
  cloud.advanceTo(200);
  const ran = () =>
    cloud.facts.flatMap(({ fact }) => (fact.type === 'cloudwatch.ActionRan' ? [fact.actionArn.split(':').at(-1)] : []));
  expect(ran()).toEqual(['calm', 'page']);
  cloud.call('DisableAlarmActions', { AlarmNames: ['faults', 'no such alarm'] });
  cloud.advanceTo(600);
  expect(cloud.changes.at(-1)).toContain('ALARM → OK');
  expect(ran()).toEqual(['calm', 'page']);
  expect(described(cloud)).toMatchObject({ ActionsEnabled: false });
});

test('a state that was set by hand lasts until the next evaluation', () => {
  const cloud = new Cloud();
  put(cloud);
  cloud.advanceTo(70);
  cloud.call('SetAlarmState', { AlarmName: 'faults', StateValue: 'ALARM', StateReason: 'a test' });
  expect(described(cloud)).toMatchObject({ StateValue: 'ALARM', StateReason: 'a test' });
  cloud.call('SetAlarmState', { AlarmName: 'faults', StateValue: 'ALARM', StateReason: 'another' });
  expect(described(cloud)).toMatchObject({ StateReason: 'another' });
  cloud.advanceTo(130);
  expect(cloud.changes).toHaveLength(3);
  expect(cloud.changes.at(-1)).toBe('12:02:04 faults ALARM → OK');
});

test('the history tells what happened, newest first', () => {
  const cloud = new Cloud();
  put(cloud, { OKActions: ['arn:aws:sns:eu-west-1:123456789012:calm'] });
  cloud.advanceTo(70);
  const { AlarmHistoryItems } = cloud.call('DescribeAlarmHistory', { AlarmName: 'faults' });
  expect((AlarmHistoryItems as { HistorySummary: string }[]).map((it) => it.HistorySummary)).toEqual([
    'Successfully executed action arn:aws:sns:eu-west-1:123456789012:calm',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm "faults" created',
  ]);
  const only = cloud.call('DescribeAlarmHistory', {
    HistoryItemType: 'StateUpdate',
    ScanBy: 'TimestampAscending',
    MaxRecords: 1,
  });
  const [item] = only['AlarmHistoryItems'] as { HistoryData: string }[];
  expect(JSON.parse(item?.HistoryData ?? '')).toMatchObject({
    oldState: { stateValue: 'INSUFFICIENT_DATA' },
    newState: { stateValue: 'OK' },
  });
});

test('a metric-math alarm compares the result of its expression, and tells it', () => {
  const cloud = new Cloud();
  cloud.call('PutMetricAlarm', RATE);
  cloud.record(10, 100, { metricName: 'Requests' });
  cloud.record(10, 5);
  cloud.record(70, 100, { metricName: 'Requests' });
  cloud.record(70, 6);
  cloud.record(130, 3);
  cloud.advanceTo(600);
  expect(cloud.changes).toEqual([
    '12:02:04 rate INSUFFICIENT_DATA → OK',
    '12:03:04 rate OK → ALARM',
    // Faults without requests divide by nothing: no datapoint, and the last real one goes on deciding in the range.
    '12:05:04 rate ALARM → INSUFFICIENT_DATA',
  ]);
  const [alarmed] = cloud.facts.flatMap(({ fact }) =>
    fact.type === 'cloudwatch.AlarmStateChanged' && fact.to === 'ALARM' ? [fact] : [],
  );
  expect(alarmed?.reason).toBe(
    'Threshold Crossed: 1 datapoint [6.0 (02/03/26 12:01:00)] was greater than the threshold (5.0).',
  );
});

test('composite alarms follow their children, and AT_LEAST counts them', () => {
  const cloud = new Cloud();
  for (const AlarmName of ['a', 'b', 'c (d)']) put(cloud, { AlarmName, MetricName: AlarmName });
  cloud.call('PutCompositeAlarm', { AlarmName: 'any', AlarmRule: 'ALARM(a) OR ALARM("c (d)")' });
  cloud.call('PutCompositeAlarm', { AlarmName: 'most', AlarmRule: 'AT_LEAST(50%, ALARM, (a, b, "c (d)"))' });
  cloud.call('PutCompositeAlarm', { AlarmName: 'top', AlarmRule: 'ALARM(any) AND NOT ALARM(most)' });
  cloud.advanceTo(10);
  const state = (name: string) => cloud.world.cloudwatch.alarms.get(name)?.stateValue;
  expect(['any', 'most', 'top'].map(state)).toEqual(['OK', 'OK', 'OK']);
  cloud.record(10, 1, { metricName: 'a' });
  cloud.advanceTo(130);
  expect(['any', 'most', 'top'].map(state)).toEqual(['ALARM', 'OK', 'ALARM']);
  expect(cloud.world.cloudwatch.alarms.get('any')).toMatchObject({
    stateReason:
      'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a transitioned to ALARM at Monday 02 March, 2026 12:02:04 UTC',
    stateReasonData: expect.stringContaining(
      '"triggeringAlarms":[{"arn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a","state":{"value":"ALARM"',
    ),
  });
  cloud.record(130, 1, { metricName: 'b' });
  cloud.record(130, 1, { metricName: 'a' });
  cloud.advanceTo(250);
  expect(['any', 'most', 'top'].map(state)).toEqual(['ALARM', 'ALARM', 'OK']);
  const parents = cloud.call('DescribeAlarms', { ParentsOfAlarmName: 'a' })['CompositeAlarms'] as {
    AlarmName: string;
  }[];
  expect(parents.map((it) => it.AlarmName)).toEqual(['any', 'most']);
});

test('composite alarms in a circle are not evaluated', () => {
  const cloud = new Cloud();
  cloud.call('PutCompositeAlarm', { AlarmName: 'x', AlarmRule: 'TRUE' });
  cloud.call('PutCompositeAlarm', { AlarmName: 'y', AlarmRule: 'NOT ALARM(x)' });
  cloud.call('PutCompositeAlarm', { AlarmName: 'x', AlarmRule: 'NOT ALARM(y)' });
  cloud.advanceTo(300);
  expect(cloud.changes).toEqual([]);
});

test('advancing in one step or in many gives the same changes', () => {
  const run = (steps: readonly number[]): readonly string[] => {
    const cloud = new Cloud(DEFAULT_ASSUMPTIONS);
    put(cloud);
    cloud.call('PutCompositeAlarm', { AlarmName: 'top', AlarmRule: 'ALARM(faults)' });
    for (const second of [70, 75, 250, 410]) cloud.record(second);
    for (const step of steps) cloud.advanceTo(step);
    return cloud.changes;
  };
  expect(run([1200])).toEqual(run(Array.from({ length: 1200 }, (_, i) => i + 1)));
});

test('an alarm on a percentile can keep its state while there are few samples', () => {
  const states = ['evaluate', 'ignore'].map((EvaluateLowSampleCountPercentile) => {
    const cloud = new Cloud();
    put(cloud, { Statistic: undefined, ExtendedStatistic: 'p90', EvaluateLowSampleCountPercentile });
    for (let i = 0; i < 99; i++) cloud.record(10);
    for (let i = 0; i < 100; i++) cloud.record(190);
    cloud.advanceTo(130);
    const [few] = alarmsInState(cloud.world, ['faults']);
    cloud.advanceTo(310);
    return [few, ...alarmsInState(cloud.world, ['faults'])];
  });
  expect(states).toEqual([
    ['faults', 'faults'],
    [undefined, 'faults'],
  ]);
});

test('an alarm on DynamoDB keeps its state through silence unless it says otherwise', () => {
  const states = [undefined, 'missing'].map((TreatMissingData) => {
    const cloud = new Cloud();
    put(cloud, { Namespace: 'AWS/DynamoDB', TreatMissingData });
    cloud.record(10, 1, { namespace: 'AWS/DynamoDB' });
    cloud.advanceTo(900);
    return cloud.world.cloudwatch.alarms.get('faults')?.stateValue;
  });
  expect(states).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
});

test('the alarms in a state are told by name, in the order asked', () => {
  const cloud = new Cloud();
  put(cloud, { AlarmName: 'a' });
  put(cloud, { AlarmName: 'b' });
  cloud.call('SetAlarmState', { AlarmName: 'b', StateValue: 'ALARM', StateReason: '' });
  expect(alarmsInState(cloud.world, ['b', 'a', 'gone'])).toEqual(['b']);
  expect(alarmsInState(cloud.world, ['b', 'a', 'gone'], 'INSUFFICIENT_DATA')).toEqual(['a']);
});
