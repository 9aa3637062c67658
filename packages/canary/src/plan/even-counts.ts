/** Counts of evenly spaced requests, each of which is of some sort by chance: binomial counts, dependent on each other. */
import { add, type EvenStretch, type Moments } from './count-classes.ts';
import type { RequestKind } from './request-kinds.ts';
import { lnGamma } from './tail-probabilities.ts';

export interface CountPoint {
  readonly counts: readonly number[];
  readonly moments: Moments;
}

/** More requests in a stretch, or combinations of their counts, than this are left to simulation. */
const MOST_REQUESTS = 2_000;
const MOST_POINTS = 20_000;
const MOST_SUMS = 2_000_000;
const NEGLIGIBLE = 1e-18;

/** All combinations of counts that occur, with the moments of the requests hit; undefined when there are too many. */
export function evenCounts(
  sorts: readonly (readonly RequestKind[])[],
  unseenHits: readonly RequestKind[],
  stretches: readonly EvenStretch[],
): readonly CountPoint[] | undefined {
  let all: readonly CountPoint[] = [{ counts: sorts.map(() => 0), moments: [1, 0, 0] }];
  for (const stretch of stretches) {
    if (stretch.requests === 0) continue;
    const own = stretch.requests > MOST_REQUESTS ? undefined : multinomial(sorts, unseenHits, stretch);
    if (own === undefined || own.length * all.length > MOST_SUMS) return undefined;
    all = all.length === 1 ? own : summed(all, own);
  }
  return all;
}

function shareOf(kinds: readonly RequestKind[], { weight, faultIsOn }: EvenStretch): number {
  return kinds.reduce((sum, { version, shareBefore, shareAfter }) => {
    const share = faultIsOn && version === 'new' ? shareAfter : shareBefore;
    return sum + (version === 'new' ? weight : 1 - weight) * share;
  }, 0);
}

interface Unfinished {
  readonly counts: readonly number[];
  readonly left: number;
  readonly p: number;
}

/** Sort by sort: each count is binomial among the requests that are of none of the sorts before. */
function multinomial(
  sorts: readonly (readonly RequestKind[])[],
  unseenHits: readonly RequestKind[],
  stretch: EvenStretch,
): readonly CountPoint[] | undefined {
  let all: readonly Unfinished[] = [{ counts: [], left: stretch.requests, p: 1 }];
  let rest = 1;
  for (const alike of sorts) {
    const share = shareOf(alike, stretch);
    const own = share >= rest ? 1 : share / rest;
    all = all.flatMap((partial) => spread(partial, own));
    if (all.length > MOST_POINTS) return undefined;
    rest -= share;
  }
  const among = (kinds: readonly RequestKind[], share: number): number =>
    share > 0 ? Math.min(1, shareOf(kinds, stretch) / share) : 0;
  const hitShares = sorts.map((alike) =>
    among(
      alike.filter(({ isHit }) => isHit),
      shareOf(alike, stretch),
    ),
  );
  const unseenShare = among(unseenHits, rest);
  return all.map(({ counts, left, p }) => ({
    counts,
    moments: hitsAmong([...counts, left], [...hitShares, unseenShare], p),
  }));
}

const spread = ({ counts, left, p }: Unfinished, share: number): readonly Unfinished[] =>
  Array.from({ length: left + 1 }, (_, count) => ({
    counts: [...counts, count],
    left: left - count,
    p: p * binomialExactly(count, left, share),
  })).filter((it) => it.p > NEGLIGIBLE);

function hitsAmong(counts: readonly number[], shares: readonly number[], p: number): Moments {
  let [mean, variance] = [0, 0];
  counts.forEach((count, i) => {
    const share = shares[i] ?? 0;
    mean += count * share;
    variance += count * share * (1 - share);
  });
  return [p, p * mean, p * (variance + mean * mean)];
}

function binomialExactly(k: number, n: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

function summed(a: readonly CountPoint[], b: readonly CountPoint[]): readonly CountPoint[] {
  const places = new Map<string, number>();
  const counts: (readonly number[])[] = [];
  const moments = new Map<number, Moments>();
  for (const {
    counts: some,
    moments: [p, p1, p2],
  } of a)
    for (const {
      counts: more,
      moments: [q, q1, q2],
    } of b) {
      const sum = some.map((count, i) => count + (more[i] ?? 0));
      const key = sum.join();
      let place = places.get(key);
      if (place === undefined) places.set(key, (place = counts.push(sum) - 1));
      add(moments, place, [p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q]);
    }
  return counts.map((each, i) => ({ counts: each, moments: moments.get(i) ?? [0, 0, 0] }));
}
