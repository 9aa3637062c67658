/**
 * The minutes of all configurations, each sort once: most minutes of a release are like another (same traffic, same
 * weight), and what a gate makes of a sort of minute needs to be worked out only once.
 */
import type { EvenStretch, Exposure } from './count-classes.ts';
import { ExposureOverTime } from './exposure.ts';
import type { Configuration, PlanInput } from './plan-input.ts';

export type Minute =
  | { readonly type: 'poisson'; readonly exposure: Exposure }
  | { readonly type: 'even'; readonly stretches: readonly EvenStretch[] };

/** What happens in one configuration, minute by minute. */
export interface Course {
  readonly exposure: ExposureOverTime;
  /** The sort of data minute `k`, when the first shift falls on this second of a minute. */
  readonly sortOf: (shiftSecond: number, k: number) => number;
}

/** Data minutes from −EARLIEST on; what is asked before is as quiet as that. */
const EARLIEST = 512;

export class MinuteTable {
  readonly #input: PlanInput;
  readonly #sorts = new Map<string, number>();
  readonly #minutes: Minute[] = [];
  readonly #courses = new Map<Configuration, Course>();

  constructor(input: PlanInput) {
    this.#input = input;
  }

  minute(sort: number): Minute {
    const minute = this.#minutes[sort];
    if (minute === undefined) throw new Error(`there is no minute of sort ${sort}`);
    return minute;
  }

  course(configuration: Configuration): Course {
    const known = this.#courses.get(configuration);
    if (known) return known;
    const exposure = new ExposureOverTime(configuration, this.#input);
    const minutes = EARLIEST + Math.ceil(exposure.completesSeconds / 60) + 128;
    const bySecond = new Map<number, Int32Array>();
    // Most minutes lie in a piece of time in which nothing changes.
    const byPiece: (number | undefined)[] = [];
    const sortAt = (from: number): number => {
      const piece = this.#input.traffic.arrivals === 'even' ? undefined : exposure.pieceOf(from, from + 60);
      if (piece === undefined) return this.#sort(exposure, from);
      return (byPiece[piece + 1] ??= this.#sort(exposure, from));
    };
    const course: Course = {
      exposure,
      sortOf: (shiftSecond, k) => {
        let sorts = bySecond.get(shiftSecond);
        if (sorts === undefined) bySecond.set(shiftSecond, (sorts = new Int32Array(minutes).fill(-1)));
        const at = Math.min(Math.max(0, k + EARLIEST), minutes - 1);
        const known = sorts[at] ?? -1;
        return known >= 0 ? known : (sorts[at] = sortAt(60 * k - shiftSecond));
      },
    };
    this.#courses.set(configuration, course);
    return course;
  }

  #sort(exposure: ExposureOverTime, from: number): number {
    const minute: Minute =
      this.#input.traffic.arrivals === 'even'
        ? { type: 'even', stretches: exposure.stretches(from, from + 60) }
        : { type: 'poisson', exposure: exposure.between(from, from + 60) };
    const key =
      minute.type === 'even'
        ? minute.stretches.map((it) => `${it.requests} ${it.weight} ${String(it.faultIsOn)}`).join()
        : `${rounded(minute.exposure.newBefore)} ${rounded(minute.exposure.newAfter)} ${rounded(minute.exposure.old)}`;
    let sort = this.#sorts.get(key);
    if (sort === undefined) {
      sort = this.#minutes.push(minute) - 1;
      this.#sorts.set(key, sort);
    }
    return sort;
  }
}

/** To ten digits: sums of the same parts in another order are the same minute. */
function rounded(x: number): number {
  if (x === 0) return 0;
  const scale = 10 ** (10 - Math.ceil(Math.log10(x)));
  return Math.round(x * scale) / scale;
}
