/** Every rule, in each way in which it can trip, beside what is almost the same and well. */
import { describe, expect, test } from '@jest/globals';
import type { Finding } from './finding.ts';
import { findingsOf, templateOf } from './judged.fixture.ts';
import { OWN_RULES } from './check-templates.ts';
import { RULES } from './rules/index.ts';
import { alarmWays } from './ways/alarms.fixture.ts';
import { blindSpotWays } from './ways/blind-spots.fixture.ts';
import { lineWays } from './ways/lines.fixture.ts';
import { metricWays } from './ways/metrics.fixture.ts';
import { ownWays } from './ways/own.fixture.ts';
import { releaseWays } from './ways/releases.fixture.ts';
import type { Case, Ways } from './ways/way.fixture.ts';

const WAYS: Ways = { ...blindSpotWays, ...metricWays, ...alarmWays, ...lineWays, ...releaseWays, ...ownWays };
const ALL: readonly Pick<Finding, 'severity' | 'rule'>[] = [...RULES, ...OWN_RULES].map(({ id, severity }) => ({
  rule: id,
  severity,
}));

const known = new Map<Case, readonly Finding[]>();

/** Each case is judged once, and looked at more than once. */
function allOf(it: Case): readonly Finding[] {
  const { of, code } = typeof it === 'object' && 'of' in it ? it : { of: it, code: undefined };
  const all = known.get(it) ?? findingsOf(typeof of === 'string' ? of : templateOf(of), {}, code);
  known.set(it, all);
  return all;
}

const found = (it: Case, rule: string): readonly Finding[] => allOf(it).filter((each) => each.rule === rule);

describe.each(ALL.map(({ rule, severity }) => [rule, severity] as const))('%s', (id, severity) => {
  const ways = WAYS[id] ?? [];

  test('has a way in which it trips', () => {
    expect(ways).not.toEqual([]);
  });

  test.each(ways.map((it) => [it.name, it] as const))('%s', (_, way) => {
    expect(found(way.trips, id)).toContainEqual(
      expect.objectContaining({ severity: way.severity ?? severity, message: expect.stringContaining(way.says) }),
    );
    expect(found(way.spares, id).map(({ message }) => message)).toEqual([]);
  });
});

test('every finding has its line', () => {
  const cases = Object.values(WAYS).flatMap((ways) => ways?.flatMap(({ trips, spares }) => [trips, spares]) ?? []);
  const astray = cases.flatMap(allOf).filter(({ line }) => line === undefined);
  expect(astray.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
});

test('the table holds no rule that there is not', () => {
  expect(Object.keys(WAYS).filter((id) => !ALL.some(({ rule }) => rule === id))).toEqual([]);
});
