/** Gates that only count: minutes fall into classes of capped counts, however many requests there are. */
import { add, CountClasses, type Counter, type Moments } from './count-classes.ts';
import type { ExactGate } from './exact-gate.ts';
import { digitStrides } from './machine-product.ts';
import { type MinuteSymbols, shownOf } from './minute-symbols.ts';
import type { RequestKind } from './request-kinds.ts';

/** More classes than this are left to boxes. */
const MOST_CLASSES = 1_024;

/** Undefined where a gate is more than a count, or all together have too many classes. */
export function countedSymbols(gates: readonly ExactGate[], kinds: readonly RequestKind[]): MinuteSymbols | undefined {
  if (gates.some(({ rule }) => rule === undefined)) return undefined;
  const counters: Counter[] = [];
  const keys = new Map<string, number>();
  const counterOf = (counts: Counter['counts'], cap: number): number => {
    const key = `${kinds.map((kind) => Number(counts(kind))).join('')} ${cap}`;
    let known = keys.get(key);
    if (known === undefined) keys.set(key, (known = counters.push({ counts, cap }) - 1));
    return known;
  };
  const readers = gates.map(({ rule, windowMinutes }) => {
    const { counts, isPoint, limit, breachesFromLimit } = rule ?? NOTHING;
    const [events, points] = [counterOf(counts, limit), counterOf(isPoint, 1)];
    return (count: (counter: number) => number): number => {
      if (windowMinutes > 0) return count(events);
      if (count(points) === 0) return 0;
      return count(events) >= limit === breachesFromLimit ? 2 : 1;
    };
  });
  const classes = new CountClasses(counters, kinds);
  if (classes.size > MOST_CLASSES) return undefined;
  const strides = digitStrides(gates.map(({ symbols }) => symbols));
  return (minute) => {
    const bySymbols = new Map<number, Moments>();
    for (const [index, moments] of minute.type === 'even'
      ? classes.even(minute.stretches)
      : classes.poisson(minute.exposure)) {
      const count = (counter: number): number => classes.countIn(index, counter);
      add(
        bySymbols,
        readers.reduce((sum, read, g) => sum + read(count) * (strides[g] ?? 1), 0),
        moments,
      );
    }
    return shownOf(bySymbols);
  };
}

const NOTHING = { counts: () => false, isPoint: () => false, limit: 1, breachesFromLimit: true };
