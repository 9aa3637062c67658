/** What AWS's guide tells of suppressed actions, example by example: two units of waiting, three of extension. */
import { expect, test } from '@jest/globals';
import { SECOND } from '../../instant.ts';
import { Cloud, put, START } from './alone.fixture.ts';

const UNIT = 10;
const BEGIN = 120;
const ACTION = {
  AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:a'],
  OKActions: ['arn:aws:sns:eu-west-1:123456789012:o'],
};
const SUPPRESSED = {
  AlarmName: 'top',
  AlarmRule: 'ALARM(child)',
  ActionsSuppressor: 'quiet',
  ActionsSuppressorWaitPeriod: 2 * UNIT,
  ActionsSuppressorExtensionPeriod: 3 * UNIT,
  ...ACTION,
};

type Script = readonly (readonly [unit: number, alarm: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'])[];

class Suppressed extends Cloud {
  constructor(more: object = {}, before: Script = []) {
    super();
    // No data is ever recorded: both alarms keep the states that the test gives them.
    for (const AlarmName of ['child', 'quiet', 'other']) put(this, { AlarmName, TreatMissingData: 'ignore' });
    for (const [, alarm, state] of before) this.turn(alarm, state);
    this.call('PutCompositeAlarm', { ...SUPPRESSED, ...more });
    this.advanceTo(BEGIN);
  }

  turn(AlarmName: string, StateValue: string): void {
    this.call('SetAlarmState', { AlarmName, StateValue, StateReason: 'a test' });
  }

  /** Plays the script to the end of unit 20 and answers with what ran when. */
  play(script: Script): readonly string[] {
    for (const [unit, alarm, state] of script) {
      this.to(unit);
      this.turn(alarm, state);
    }
    this.to(20);
    return this.ran;
  }

  to(unit: number): this {
    this.advanceTo(BEGIN + unit * UNIT);
    return this;
  }

  get ran(): readonly string[] {
    return this.facts.flatMap(({ at, fact }) =>
      fact.type === 'cloudwatch.ActionRan' && at >= START + BEGIN * SECOND
        ? [`t${((at - START) / SECOND - BEGIN) / UNIT} ${fact.actionArn.slice(-1)}`]
        : [],
    );
  }

  get described() {
    const found = this.call('DescribeAlarms', { AlarmNames: ['top'], AlarmTypes: ['CompositeAlarm'] });
    return (found['CompositeAlarms'] as Record<string, unknown>[])[0];
  }

  get suppressedBy(): unknown {
    return this.described?.['ActionsSuppressedBy'];
  }
}

test.each<[string, Script, string[]]>([
  ['1: not suppressed after the wait', [[2, 'child', 'ALARM']], ['t4 a']],
  [
    '2: suppressed by the alarm before the wait is over',
    [
      [2, 'child', 'ALARM'],
      [3, 'quiet', 'ALARM'],
    ],
    [],
  ],
  [
    '3: another turn while waiting begins a new wait',
    [
      [2, 'child', 'ALARM'],
      [3, 'child', 'OK'],
    ],
    ['t5 o'],
  ],
  [
    '4: suppressed by an alarm that is in ALARM already',
    [
      [1, 'quiet', 'ALARM'],
      [2, 'child', 'ALARM'],
    ],
    [],
  ],
  [
    '5: not suppressed after the extension',
    [
      [2, 'child', 'ALARM'],
      [3, 'quiet', 'ALARM'],
      [6, 'quiet', 'OK'],
    ],
    ['t9 a'],
  ],
  [
    '6: a turn during the extension begins a wait',
    [
      [2, 'child', 'ALARM'],
      [3, 'quiet', 'ALARM'],
      [6, 'quiet', 'OK'],
      [7, 'child', 'OK'],
    ],
    ['t9 o'],
  ],
  [
    'a suppressor that returns during the extension',
    [
      [1, 'quiet', 'ALARM'],
      [2, 'child', 'ALARM'],
      [3, 'quiet', 'INSUFFICIENT_DATA'],
      [5, 'quiet', 'ALARM'],
      [7, 'quiet', 'OK'],
    ],
    ['t10 a'],
  ],
  [
    'a suppressor that comes and goes while nothing turns',
    [
      [2, 'quiet', 'ALARM'],
      [4, 'quiet', 'OK'],
    ],
    [],
  ],
])('example %s', (_name, script, ran) => {
  expect(new Suppressed().play(script)).toEqual(ran);
});

test('periods of no length hold nothing back', () => {
  const cloud = new Suppressed({ ActionsSuppressorWaitPeriod: 0, ActionsSuppressorExtensionPeriod: 0 });
  const script: Script = [
    [1, 'child', 'ALARM'],
    [2, 'quiet', 'ALARM'],
    [3, 'child', 'OK'],
    [4, 'quiet', 'OK'],
  ];
  expect(cloud.play(script)).toEqual(['t1 a', 't4 o']);
});

test('DescribeAlarms tells what suppresses the actions; its updates leave the time of the turn', () => {
  const cloud = new Suppressed();
  expect(cloud.described).toMatchObject({
    ActionsSuppressor: 'quiet',
    ActionsSuppressorWaitPeriod: 20,
    ActionsSuppressorExtensionPeriod: 30,
  });
  expect(cloud.described).not.toHaveProperty('ActionsSuppressedBy');
  cloud.to(2).turn('child', 'ALARM');
  expect(cloud.described).toMatchObject({
    ActionsSuppressedBy: 'WaitPeriod',
    ActionsSuppressedReason: 'Actions suppressed by WaitPeriod',
  });
  cloud.to(3).turn('quiet', 'ALARM');
  expect(cloud.suppressedBy).toBe('Alarm');
  cloud.to(6).turn('quiet', 'OK');
  expect(cloud.suppressedBy).toBe('ExtensionPeriod');
  expect(cloud.to(8).suppressedBy).toBe('ExtensionPeriod');
  expect(cloud.to(9).suppressedBy).toBeUndefined();
  expect(cloud.described).toMatchObject({
    StateTransitionedTimestamp: new Date(START + (BEGIN + 2 * UNIT) * SECOND),
    StateUpdatedTimestamp: new Date(START + (BEGIN + 9 * UNIT) * SECOND),
  });
});

test('another suppressor discards the period; an update of the rest does not', () => {
  const kept = new Suppressed();
  kept.to(1).turn('child', 'ALARM');
  kept.call('PutCompositeAlarm', { ...SUPPRESSED, AlarmDescription: 'other words' });
  expect(kept.to(3).ran).toEqual(['t3 a']);

  const replaced = new Suppressed();
  replaced.to(1).turn('child', 'ALARM');
  replaced.call('PutCompositeAlarm', { ...SUPPRESSED, ActionsSuppressor: 'other' });
  expect(replaced.suppressedBy).toBeUndefined();
  expect(replaced.to(20).ran).toEqual([]);
});

test('a suppressor in ALARM counts from the start, by its name or ARN', () => {
  const ActionsSuppressor = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:quiet';
  const cloud = new Suppressed({ ActionsSuppressor }, [[0, 'quiet', 'ALARM']]);
  expect(cloud.suppressedBy).toBe('Alarm');
  cloud.call('DeleteAlarms', { AlarmNames: ['quiet'] });
  expect(cloud.suppressedBy).toBe('ExtensionPeriod');
  expect(cloud.to(3).suppressedBy).toBeUndefined();
  expect(cloud.ran).toEqual(['t3 o']);
});

test('actions that are disabled when a period ends do not run', () => {
  const cloud = new Suppressed();
  cloud.to(2).turn('child', 'ALARM');
  cloud.call('DisableAlarmActions', { AlarmNames: ['top'] });
  expect(cloud.to(20).ran).toEqual([]);
});
