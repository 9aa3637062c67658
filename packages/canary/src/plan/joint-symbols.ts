/**
 * Gates of which some are more than a count: rates, percentiles, metric math. What they see of a minute hangs on several
 * counts at once; for independent ones it is the mass of boxes of counts, for evenly spaced requests that of each
 * combination.
 */
import { anyCounts, BoxTree } from './box-tree.ts';
import { add, type Moments } from './count-classes.ts';
import { withMore } from './ending.ts';
import { evenCounts } from './even-counts.ts';
import type { ExactGate } from './exact-gate.ts';
import { digitStrides } from './machine-product.ts';
import { type MinuteSymbols, shownOf } from './minute-symbols.ts';
import { PoissonCounts } from './poisson-counts.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';

export function jointSymbols(gates: readonly ExactGate[], kinds: readonly RequestKind[]): MinuteSymbols | undefined {
  const unseen = gates.map(() => '').join(' ');
  const bySort = Map.groupBy(kinds, (kind) => gates.map(({ sortOf }) => sortOf(kind)).join(' '));
  const sorts = [...bySort].flatMap(([sort, alike]) => (sort === unseen ? [] : [alike]));
  const unseenHits = hitIn(bySort.get(unseen) ?? []);
  const examples = sorts.flatMap((alike) => alike.slice(0, 1));
  const marks = gates.flatMap(({ symbolIn }) => symbolIn(examples) ?? []);
  if (marks.length < gates.length) return undefined;
  const tree = new BoxTree(anyCounts(examples.length), marks);
  const strides = digitStrides(gates.map(({ symbols }) => symbols));
  const codeOf = (all: readonly number[]): number =>
    all.reduce((sum, symbol, g) => sum + symbol * (strides[g] ?? 1), 0);
  return (minute) => {
    const bySymbols = new Map<number, Moments>();
    if (minute.type === 'even') {
      const points = evenCounts(sorts, unseenHits, minute.stretches);
      for (const { counts, moments } of points ?? []) add(bySymbols, codeOf(tree.marksAt(counts)), moments);
      return points && shownOf(bySymbols);
    }
    const means = sorts.map((alike) => expectedIn(alike, minute.exposure));
    const counts = means.map((mean) => new PoissonCounts(mean));
    const hitShares = sorts.map((alike, i) => expectedIn(hitIn(alike), minute.exposure) / (means[i] || 1));
    const more = expectedIn(unseenHits, minute.exposure);
    const lost = tree.spread({ counts, hitShares }, (all, moments) =>
      add(bySymbols, codeOf(all), withMore(moments, more)),
    );
    return lost === undefined ? undefined : shownOf(bySymbols);
  };
}

const hitIn = (kinds: readonly RequestKind[]): readonly RequestKind[] => kinds.filter(({ isHit }) => isHit);
