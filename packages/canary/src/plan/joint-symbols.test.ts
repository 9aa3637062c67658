import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isBreaching } from '@unicorns/cloud';
import { planInput } from './anchors.fixture.ts';
import { add, type Moments } from './count-classes.ts';
import { exactGate, type ExactGate } from './exact-gate.ts';
import { FORMS, statGate } from './forms.fixture.ts';
import { jointSymbols } from './joint-symbols.ts';
import { mergedKinds } from './merge-kinds.ts';
import type { Gate } from './plan-input.ts';
import { pointValues } from './point-values.ts';
import { expectedIn, type RequestKind, requestKinds } from './request-kinds.ts';
import { poissonExactly } from './tail-probabilities.ts';

const NOISE = { statusShare: 0.02, throwShare: 0, medianMs: 30, p99Ms: 200 };
const FAULT = { kind: 'status', share: 0.2, fromSeconds: 0, slowMs: 1_500, statusCode: 503 } as const;

function exactOf(gate: Gate, kinds: readonly RequestKind[]): ExactGate {
  const exact = exactGate(gate, kinds);
  if (exact === undefined) throw new Error(`${gate.name} has no exact odds`);
  return exact;
}

/** The marks of every combination of counts, by the cloud's own arithmetic, one by one. */
function enumerated(gate: Gate, kinds: readonly RequestKind[], means: readonly number[]): ReadonlyMap<number, Moments> {
  // No further than a count has any weight.
  const most = means.map((mean) => Math.ceil(mean + 6 * Math.sqrt(mean) + 6));
  let columns: number[][] = [[]];
  for (const top of most) columns = columns.flatMap((row) => Array.from({ length: top + 1 }, (_, n) => [...row, n]));
  const periods = {
    length: columns.length,
    columns: kinds.map((_, i) => Float64Array.from(columns, (row) => row[i] ?? 0)),
  };
  const { comparisonOperator, threshold } = gate.alarm;
  const out = new Map<number, Moments>();
  pointValues(
    gate,
    kinds,
  )(periods).forEach((value, row) => {
    const counts = columns[row] ?? [];
    const p = counts.reduce((product, n, i) => product * poissonExactly(n, means[i] ?? 0), 1);
    const hits = counts.reduce((sum, n, i) => sum + (kinds[i]?.isHit === true ? n : 0), 0);
    const mark = value === undefined ? 0 : isBreaching(value, comparisonOperator, threshold) ? 2 : 1;
    add(out, mark, [p, p * hits, p * hits * hits]);
  });
  return out;
}

const exposures = fc.record({
  newBefore: fc.constant(0),
  newAfter: fc.double({ min: 0.1, max: 4, noNaN: true }),
  old: fc.double({ min: 0, max: 2, noNaN: true }),
});

test.each(Object.entries(FORMS).filter(([, { alarm }]) => alarm.evaluateLowSampleCountPercentile === undefined))(
  'the boxes of %s hold what its combinations of counts hold, one by one',
  (_, gate) => {
    const all = mergedKinds([gate], requestKinds(planInput({ gates: [gate], noise: NOISE, fault: FAULT })));
    const kinds = all.filter((kind) => exactOf(gate, all).sortOf(kind) !== '');
    const exact = exactOf(gate, kinds);
    const symbols = jointSymbols([exact], kinds);
    fc.assert(
      fc.property(exposures, (exposure) => {
        const shown = symbols?.({ type: 'poisson', exposure });
        const means = kinds.map((kind) => expectedIn([kind], exposure));
        const expected = enumerated(gate, kinds, means);
        for (const [mark, moments] of expected) {
          const place = shown?.symbols.indexOf(mark) ?? -1;
          moments.forEach((moment, i) => expect(shown?.moments[3 * place + i] ?? 0).toBeCloseTo(moment, 5));
        }
      }),
      { numRuns: 1 },
    );
  },
);

test('a rate costs no more at a million requests a second than at one a minute', () => {
  const gate = statGate('errors', 'Average', { threshold: 0.1 });
  const kinds = requestKinds(planInput({ gates: [gate] }));
  const symbols = jointSymbols([exactOf(gate, kinds)], kinds);
  for (const newAfter of [0.1, 6, 600, 6e4, 6e6, 6e7]) {
    const shown = symbols?.({ type: 'poisson', exposure: { newBefore: 0, newAfter, old: 0 } });
    const all = [0, 3, 6].reduce((sum, i) => sum + (shown?.moments[i] ?? 0), 0);
    expect(all).toBeCloseTo(1, 9);
  }
});
