import { type ShiftSchedule, shiftSchedule } from '@unicorns/cloud';
import type { EvenStretch, Exposure } from './count-classes.ts';
import type { Configuration, PlanInput, TrafficModel } from './plan-input.ts';

interface Knot {
  readonly at: number;
  /** Requests up to here, and from here on. */
  readonly before: number;
  readonly perSecond: number;
}

/** How many requests each version gets when, in one configuration. Seconds count from the first shift. */
export class ExposureOverTime {
  readonly #schedule: ShiftSchedule;
  readonly #traffic: TrafficModel;
  readonly #faultFrom: number;
  /** Where anything changes, ascending. */
  readonly #breaks: readonly number[];
  #knots: readonly Knot[] | undefined;
  /** The new version has everything from here on. */
  readonly fullSeconds: number;
  /** AllowTraffic is over. */
  readonly completesSeconds: number;

  constructor(configuration: Configuration, { traffic, fault, linearIntervals }: PlanInput) {
    this.#schedule = shiftSchedule(configuration.routing, linearIntervals);
    this.#traffic = traffic;
    this.#faultFrom = fault.fromSeconds;
    const shifts = this.#schedule.shifts.map(({ afterMs }) => afterMs / 1_000);
    const steps = traffic.profile.slice(1).map(({ minute }) => minute * 60);
    this.#breaks = [...new Set([...shifts, ...steps, fault.fromSeconds])].toSorted((a, b) => a - b);
    this.fullSeconds = shifts.at(-1) ?? 0;
    this.completesSeconds = this.#schedule.completesAfterMs / 1_000;
  }

  /** Expected requests in [from, until). */
  between(from: number, until: number): Exposure {
    let newBefore = 0;
    let newAfter = 0;
    let old = 0;
    for (const { at, seconds } of this.#pieces(from, until)) {
      const requests = this.#perSecond(at) * seconds;
      const weight = this.weight(at);
      old += requests * (1 - weight);
      if (at >= this.#faultFrom) newAfter += requests * weight;
      else newBefore += requests * weight;
    }
    return { newBefore, newAfter, old };
  }

  /** Expected requests to the new version with the fault in it, up to then. */
  faultyUntil(at: number): number {
    const knots = (this.#knots ??= this.#madeKnots());
    let i = knots.length - 1;
    while (i > 0 && (knots[i]?.at ?? 0) > at) i--;
    const { at: from, before, perSecond } = knots[i] ?? { at: 0, before: 0, perSecond: 0 };
    return before + Math.max(0, at - from) * perSecond;
  }

  /** A number for the piece that holds all of [from, until), if one does: nothing changes in it. */
  pieceOf(from: number, until: number): number | undefined {
    const next = this.#breaks.findIndex((at) => at > from);
    return next >= 0 && (this.#breaks[next] ?? 0) < until ? undefined : next;
  }

  #madeKnots(): readonly Knot[] {
    let [before, perSecond, last] = [0, 0, 0];
    return this.#breaks
      .filter((at) => at >= 0)
      .map((at) => {
        before += (at - last) * perSecond;
        last = at;
        perSecond = at >= this.#faultFrom ? this.#perSecond(at) * this.weight(at) : 0;
        return { at, before, perSecond };
      });
  }

  /** Whole requests in [from, until), evenly spaced. */
  stretches(from: number, until: number): readonly EvenStretch[] {
    return this.#pieces(from, until).map(({ at, seconds }) => ({
      requests: this.#arrivedBy(at + seconds) - this.#arrivedBy(at),
      weight: this.weight(at),
      faultIsOn: at >= this.#faultFrom,
    }));
  }

  /** The new version's share of the alias. */
  weight(at: number): number {
    const last = this.#schedule.shifts.findLast(({ afterMs }) => afterMs / 1_000 <= at);
    return (last?.weightPercent ?? 0) / 100;
  }

  #pieces(from: number, until: number): readonly { readonly at: number; readonly seconds: number }[] {
    const inside = this.#breaks.filter((at) => at > from && at < until);
    return [from, ...inside].map((at, i) => ({ at, seconds: (inside[i] ?? until) - at }));
  }

  #perSecond(at: number): number {
    const { profile } = this.#traffic;
    const step = profile.findLast(({ minute }) => minute * 60 <= at) ?? profile[0];
    return (step?.requestsPerMinute ?? 0) / 60;
  }

  #arrivedBy(at: number): number {
    const sign = Math.sign(at);
    const [from, until] = at < 0 ? [at, 0] : [0, at];
    const sum = this.#pieces(from, until).reduce((all, piece) => all + this.#perSecond(piece.at) * piece.seconds, 0);
    return Math.floor(sign * sum + 0.5);
  }
}
