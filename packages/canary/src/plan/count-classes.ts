/**
 * Minutes sorted by what the gates can tell apart. Every gate counts some kinds of requests, and no further than its
 * limit; a class is one capped count per counter. Capped addition is associative, so the classes of a minute are a
 * convolution over its requests: a product over kinds for Poisson arrivals, a power of one request for even ones.
 * Beside its probability each class carries the first two moments of the requests hit, for means and spreads of harm.
 */
import { poissonAtLeast, poissonExactly } from './tail-probabilities.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';

export interface Counter {
  readonly counts: (kind: RequestKind) => boolean;
  /** Counts above it are not told apart. */
  readonly cap: number;
}

/** P(event), E[hits; event], E[hits²; event]. */
export type Moments = readonly [probability: number, hits: number, hitsSquared: number];

/** From class to moments; classes that cannot occur are absent. */
export type ClassDistribution = ReadonlyMap<number, Moments>;

/** Kinds that all counters treat alike. */
interface Atom {
  /** What one request of it adds, as a class. */
  readonly counters: readonly number[];
  readonly isHit: boolean;
  readonly kinds: readonly RequestKind[];
}

/** Requests of a stretch of time, as expected numbers. */
export interface Exposure {
  readonly newBefore: number;
  readonly newAfter: number;
  readonly old: number;
}

/** A stretch of even arrivals in which nothing changes. */
export interface EvenStretch {
  readonly requests: number;
  readonly weight: number;
  readonly faultIsOn: boolean;
}

export class CountClasses {
  readonly #counters: readonly Counter[];
  readonly #strides: readonly number[];
  readonly #atoms: readonly Atom[];
  /** All classes that could be. */
  readonly size: number;

  constructor(counters: readonly Counter[], kinds: readonly RequestKind[]) {
    this.#counters = counters;
    let size = 1;
    this.#strides = counters.map(({ cap }) => {
      const stride = size;
      size *= cap + 1;
      return stride;
    });
    this.size = size;
    this.#atoms = atomsOf(counters, kinds);
  }

  /** The capped count of one counter in a class. */
  countIn(classIndex: number, counter: number): number {
    const { cap } = this.#counters[counter] ?? { cap: 0 };
    return Math.floor(classIndex / (this.#strides[counter] ?? 1)) % (cap + 1);
  }

  poisson(exposure: Exposure): ClassDistribution {
    let all: ClassDistribution = NOTHING;
    for (const atom of this.#atoms) {
      const mean = expectedIn(atom.kinds, exposure);
      if (mean > 0) all = this.#convolve(all, this.#poissonAtom(atom, mean));
    }
    return all;
  }

  even(stretches: readonly EvenStretch[]): ClassDistribution {
    let all: ClassDistribution = NOTHING;
    for (const { requests, weight, faultIsOn } of stretches) {
      if (requests > 0) all = this.#convolve(all, this.#power(this.#oneRequest(weight, faultIsOn), requests));
    }
    return all;
  }

  #poissonAtom({ counters, isHit }: Atom, mean: number): ClassDistribution {
    const cap = Math.max(0, ...counters.map((counter) => this.#counters[counter]?.cap ?? 0));
    const out = new Map<number, Moments>();
    for (let count = 0; count <= cap; count++) {
      const isTail = count === cap;
      const probability = isTail ? poissonAtLeast(cap, mean) : poissonExactly(count, mean);
      const first = isTail ? mean * poissonAtLeast(cap - 1, mean) : count * probability;
      const second = isTail ? mean * mean * poissonAtLeast(cap - 2, mean) + first : count * first;
      add(out, this.#classOf(counters, count), isHit ? [probability, first, second] : [probability, 0, 0]);
    }
    return out;
  }

  #classOf(counters: readonly number[], count: number): number {
    return counters.reduce(
      (sum, counter) => sum + Math.min(count, this.#counters[counter]?.cap ?? 0) * (this.#strides[counter] ?? 0),
      0,
    );
  }

  #oneRequest(weight: number, faultIsOn: boolean): ClassDistribution {
    const out = new Map<number, Moments>();
    for (const { counters, isHit, kinds } of this.#atoms) {
      const probability = kinds.reduce((sum, { version, shareBefore, shareAfter }) => {
        const share = faultIsOn && version === 'new' ? shareAfter : shareBefore;
        return sum + (version === 'new' ? weight : 1 - weight) * share;
      }, 0);
      const hits = isHit ? probability : 0;
      if (probability > 0) add(out, this.#classOf(counters, 1), [probability, hits, hits]);
    }
    return out;
  }

  #power(one: ClassDistribution, times: number): ClassDistribution {
    let out: ClassDistribution = NOTHING;
    let square = one;
    for (let left = times; left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) out = this.#convolve(out, square);
      if (left > 1) square = this.#convolve(square, square);
    }
    return out;
  }

  #convolve(a: ClassDistribution, b: ClassDistribution): ClassDistribution {
    if (a === NOTHING) return b;
    if (b === NOTHING) return a;
    const out = new Map<number, Moments>();
    for (const [i, [p, p1, p2]] of a)
      for (const [j, [q, q1, q2]] of b)
        add(out, this.#sum(i, j), [p * q, p * q1 + p1 * q, p * q2 + 2 * p1 * q1 + p2 * q]);
    return out;
  }

  #sum(a: number, b: number): number {
    let out = 0;
    for (let i = 0; i < this.#counters.length; i++) {
      const { cap } = this.#counters[i] ?? { cap: 0 };
      const stride = this.#strides[i] ?? 1;
      const count = (Math.floor(a / stride) % (cap + 1)) + (Math.floor(b / stride) % (cap + 1));
      out += Math.min(count, cap) * stride;
    }
    return out;
  }
}

/** No requests, nobody hit. */
const NOTHING: ClassDistribution = new Map([[0, [1, 0, 0]]]);

export function add(into: Map<number, Moments>, key: number, [p, first, second]: Moments): void {
  const known = into.get(key);
  into.set(key, known === undefined ? [p, first, second] : [known[0] + p, known[1] + first, known[2] + second]);
}

function atomsOf(counters: readonly Counter[], kinds: readonly RequestKind[]): readonly Atom[] {
  const atoms = Map.groupBy(kinds, (kind) => {
    const counted = counters.map(({ counts }) => Number(counts(kind))).join('');
    return `${counted} ${String(kind.isHit)}`;
  });
  return [...atoms.values()].map((alike) => ({
    counters: counters.flatMap(({ counts }, i) => (alike[0] !== undefined && counts(alike[0]) ? [i] : [])),
    isHit: alike[0]?.isHit ?? false,
    kinds: alike,
  }));
}
