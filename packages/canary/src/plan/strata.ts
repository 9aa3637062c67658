/**
 * Which deployments are worth drawing: those in which some gate can turn at all, because they have the requests that it
 * waits for. How many those are is known, so each drawn deployment stands for its share; of the others a few are enough.
 */
import { drawFrom } from './draw-counts.ts';

/** One deployment to be drawn. */
export interface DrawnRun {
  /** Of the positions. */
  readonly place: number;
  /** Of all deployments, the share that it stands for. */
  readonly weight: number;
  /** Something can happen in it. */
  readonly mayTurn: boolean;
  /** By kind: are there requests of it? Undefined: who knows. */
  readonly has: readonly (boolean | undefined)[];
}

/** What is asked of a deployment. */
export interface Question {
  /** Can a gate turn in a deployment that has requests of these kinds and no others? */
  readonly mayTurn: (hasAny: (kind: number) => boolean) => boolean;
  /** Does it hang on this kind? */
  readonly matters: (kind: number) => boolean;
}

/** With so many kinds that may be missing from a deployment nobody asks what follows when they are. */
const MOST_RARE = 8;
/** Kinds of which there are as many as this on average are never missing. */
const NEVER_MISSING = 30;
/** At least so many deployments of either sort, by position. */
const FEW = 1;
const NEGLIGIBLE = 1e-12;

/** Any deployments, each as likely as the others. */
export const anyRuns = (runs: number, places: number): readonly DrawnRun[] =>
  Array.from({ length: runs }, (_, run) => ({ place: run % places, weight: 1 / runs, mayTurn: true, has: [] }));

/** `means`: expected requests by position and kind. */
export function stratifiedRuns(
  runs: number,
  means: readonly (readonly number[])[],
  question: Question,
  seed: number,
): readonly DrawnRun[] {
  return means.flatMap((own, place) => {
    const all = combinations(own, question);
    return [true, false].flatMap((may) => {
      const some = all.filter((it) => it.mayTurn === may);
      const share = some.reduce((sum, it) => sum + it.share, 0);
      if (share < NEGLIGIBLE) return [];
      const count = may ? Math.max(FEW, Math.round((runs * share) / means.length)) : FEW;
      const weight = share / means.length / count;
      return Array.from({ length: count }, (_, i) => {
        let left = drawFrom(seed, (place * runs + i) * 2 + Number(may))() * share;
        const drawn = some.find((it) => (left -= it.share) < 0) ?? some.at(-1);
        return { place, weight, mayTurn: may, has: drawn?.has ?? [] };
      });
    });
  });
}

interface Combination {
  readonly has: readonly (boolean | undefined)[];
  readonly share: number;
  readonly mayTurn: boolean;
}

/** Every combination of rare kinds that are there and are not. */
function combinations(means: readonly number[], { mayTurn, matters }: Question): readonly Combination[] {
  const rare = means.flatMap((mean, kind) => (mean < NEVER_MISSING && matters(kind) ? [kind] : []));
  if (rare.length > MOST_RARE) return [{ has: [], share: 1, mayTurn: true }];
  return Array.from({ length: 1 << rare.length }, (_, subset) => {
    const has = means.map((_mean, kind) =>
      rare.includes(kind) ? (subset & (1 << rare.indexOf(kind))) !== 0 : undefined,
    );
    const share = rare.reduce((product, kind) => {
      const none = Math.exp(-(means[kind] ?? 0));
      return product * (has[kind] === true ? 1 - none : none);
    }, 1);
    return { has, share, mayTurn: mayTurn((kind) => has[kind] ?? true) };
  });
}
