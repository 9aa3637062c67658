import { expect, test } from '@jest/globals';
import { PLAIN } from '../render/index.ts';
import type { Ending, Happening } from './events.ts';
import { linesOf } from './lines.ts';
import { teller } from './run-watch.ts';
import { alarm } from './snapshots.fixture.ts';

/** Without the time of day, which is local. */
function checkLines(happening: Happening, expected: readonly string[]): void {
  const lines = linesOf({ ...happening, at: 0 }, PLAIN);
  expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''))).toEqual(expected);
}

const IN = ' '.repeat(20);
const shares = [
  { version: '7', percent: 90 },
  { version: '8', percent: 10 },
];
const of = { deploymentId: 'd-A', isRollback: false };

test.each<[string, Happening, readonly string[]]>([
  [
    'a stack',
    { type: 'stackChanged', status: 'UPDATE_IN_PROGRESS', reason: 'User Initiated' },
    ['stack     UPDATE_IN_PROGRESS', `${IN}User Initiated`],
  ],
  [
    'a weight, as a bar',
    { type: 'aliasShifted', alias: 'live', shares },
    ['traffic   ██████████████████░░  live: v7 90 %, v8 10 %'],
  ],
  [
    'a sliver of traffic, which is seen all the same',
    {
      type: 'aliasShifted',
      alias: 'live',
      shares: [
        { version: '7', percent: 99 },
        { version: '8', percent: 1 },
      ],
    },
    ['traffic   ███████████████████░  live: v7 99 %, v8 1 %'],
  ],
  [
    'an alarm’s datapoint beside its limit',
    { type: 'datapoint', alarm: 'errors', value: 2.004, limit: '> 0' },
    ['datapoint errors: 2, fires when > 0'],
  ],
  [
    'a hook that is asked',
    { type: 'lifecycleEvent', ...of, event: 'BeforeAllowTraffic', status: 'InProgress', hook: 'pre' },
    ['lifecycle BeforeAllowTraffic InProgress  asks pre'],
  ],
  [
    'nothing of a rollback’s own lifecycle',
    { type: 'lifecycleEvent', ...of, isRollback: true, event: 'AllowTraffic', status: 'Succeeded' },
    [],
  ],
  [
    'a lost connection',
    { type: 'delayed', kind: 'connectionLost', reason: 'ECONNRESET', pauseMs: 4_000 },
    ['note      The connection is lost; asking again in 4 s.', `${IN}ECONNRESET`],
  ],
  [
    'throttling',
    { type: 'delayed', kind: 'throttled', reason: 'Rate exceeded', pauseMs: 1_000 },
    ['note      AWS asks for fewer requests; asking again in 1 s.', `${IN}Rate exceeded`],
  ],
  [
    'a missing permission',
    { type: 'cannotRead', what: 'The alarms', reason: 'AccessDenied: no' },
    ['note      The alarms cannot be read, and is left out.', `${IN}AccessDenied: no`],
  ],
])('tells of %s', (_, happening, expected) => {
  checkLines(happening, expected);
});

function checkEnding(ending: Partial<Ending>, expected: readonly string[]): void {
  const whole: Ending = {
    result: 'rolledBack',
    reasons: [],
    left: { aliases: [], alarmsInAlarm: [], orphans: [] },
    ...ending,
  };
  checkLines({ type: 'ended', ending: whole }, ['', ...expected]);
}

test('the end says by which alarm, on what evidence, and what was left', () => {
  checkEnding(
    {
      reasons: [
        {
          type: 'alarms',
          deploymentId: 'd-A',
          names: ['errors'],
          alarms: [alarm('ALARM', { reason: 'Threshold Crossed', latest: { at: 0, value: 3 } })],
        },
      ],
      left: {
        stack: { name: 'shop', status: 'UPDATE_ROLLBACK_COMPLETE' },
        aliases: [{ alias: 'live', shares: [{ version: '7', percent: 100 }] }],
        alarmsInAlarm: ['errors'],
        orphans: [{ functionName: 'fn', version: '8' }],
      },
    },
    [
      '✗ rolled back',
      '  d-A was stopped by the alarm errors.',
      '    Threshold Crossed',
      '    Latest datapoint 3, fires when > 0.',
      '  Left: stack shop UPDATE_ROLLBACK_COMPLETE',
      '        alias live: v7 100 %',
      '        in ALARM: errors',
      '        version 8 of fn stays published, without traffic',
    ],
  );
});

test('the end says at which hook, in the words of its own log', () => {
  const line = '{"outcome":"failed","check":"lists","what":"status","expected":200,"got":503}';
  checkEnding(
    { reasons: [{ type: 'hook', deploymentId: 'd-A', event: 'BeforeAllowTraffic', hook: 'pre', lines: [line] }] },
    ['✗ rolled back', '  d-A failed at BeforeAllowTraffic (pre).', '    lists (status): expected 200, got 503'],
  );
});

test('a hook without a log is said to have none', () => {
  checkEnding({ reasons: [{ type: 'hook', deploymentId: 'd-A', event: 'AfterAllowTraffic', lines: [] }] }, [
    '✗ rolled back',
    '  d-A failed at AfterAllowTraffic.',
    '    Its log says nothing, or cannot be read.',
  ]);
});

test('an alias that was left with two versions comes with a warning', () => {
  checkEnding({ result: 'failed', left: { aliases: [{ alias: 'live', shares }], alarmsInAlarm: [], orphans: [] } }, [
    '✗ failed: at rest, and neither the new release nor the old one',
    '  Left: alias live: v7 90 %, v8 10 %',
    '        An alias with two versions makes the next deployment fail until its',
    '        weights are removed.',
  ]);
});

test('a datapoint with the value of the one before has no line', () => {
  const lines: string[] = [];
  const tell = teller(PLAIN, (line) => lines.push(line));
  for (const value of [0, 0, 3, 3, 0]) tell({ type: 'datapoint', alarm: 'errors', value, limit: '> 0', at: 0 });
  expect(lines).toHaveLength(3);
});
