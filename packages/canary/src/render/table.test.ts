import { expect, test } from '@jest/globals';
import type { OtherWay, Rehearsal, Verdict } from '../rehearse/index.ts';
import { PLAIN } from './style.ts';
import { tableOf } from './table.ts';

const rehearsal: Rehearsal = {
  name: 'story',
  title: 'A story',
  stackName: 'unicorns',
  seed: 1,
  traffic: { profile: [], isPoisson: false },
  slaMs: 1_000,
  releases: [],
};

const verdict = (release: string, more: Partial<Verdict> = {}): Verdict => ({
  release,
  expected: 'promoted',
  outcome: 'promoted',
  isAsExpected: true,
  requests: { count: 60, byStatus: [[200, 60]], slowerThanSla: 0, slowestMs: 20 },
  requestsHit: 0,
  isShifted: true,
  outsideSlice: [],
  dependsOn: [],
  ...more,
});

/** The rows of the table, without title, heading and legend. */
function checkRows(verdicts: readonly Verdict[], rows: readonly string[]): void {
  const lines = tableOf(rehearsal, verdicts, [], PLAIN);
  const from = lines.findIndex((line) => line.startsWith('  release')) + 1;
  expect(lines.slice(from, lines.indexOf('', from))).toEqual(rows);
}

const byAlarms = {
  outcome: 'rolled-back',
  gate: { type: 'alarms', names: ['unicorns-list-4-errors', 'unicorns-list-4-sla'] },
  firstFaultMs: 65_000,
  alarmMs: 150_000,
  stoppedMs: 160_000,
  aliasBackMs: 162_000,
  requestsHit: 11,
} as const;

test('a row says outcome, gates, how long it took and who was hit', () => {
  checkRows(
    [verdict('healthy'), verdict('faulty', byAlarms)],
    [
      '✓ healthy              promoted    –                             –      –     0',
      '✓ faulty               rolled back list-4-errors             01:25  00:12    11',
      '                                   list-4-sla',
    ],
  );
});

test('without an alarm the way back counts from the stop, and what is unexpected is marked', () => {
  const byHook = {
    outcome: 'rolled-back',
    gate: { type: 'hook', event: 'AfterAllowTraffic', functionName: 'post' },
  } as const;
  checkRows(
    [
      verdict('late', {
        ...byHook,
        firstFaultMs: 60_000,
        stoppedMs: 300_000,
        aliasBackMs: 301_000,
        requestsHit: 9,
        difference: 'x',
      }),
    ],
    ['✗ late                 rolled back post-traffic hook             –  00:01     9'],
  );
});

test('every line keeps to 80 columns, however long a name is', () => {
  const long = verdict('a release with a name that nobody would give it in earnest', {
    dependsOn: ['metric-delay', 'json-text-prefix'],
  });
  for (const line of tableOf(rehearsal, [long], [], PLAIN)) expect(line.length).toBeLessThanOrEqual(80);
});

test('a verdict that hangs on an assumption says what happens the other way', () => {
  const here = verdict('faulty', { ...byAlarms, dependsOn: ['json-text-prefix'] });
  const there: OtherWay = { assumption: 'json-text-prefix', verdicts: [verdict('faulty')], changed: ['faulty'] };
  const textOf = (ways: readonly OtherWay[]) =>
    tableOf(rehearsal, [here], ways, PLAIN).join(' ').replaceAll(/\s+/g, ' ');
  expect(textOf([there])).toContain('Rehearsed both ways: "faulty" is rolled back here and promoted there.');
  expect(textOf([{ ...there, changed: [] }])).toContain('Rehearsed that way too: every release ends the same.');
});
