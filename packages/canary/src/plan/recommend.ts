import type { ConfigurationPlan } from './plan.ts';

/** What a release may cost at most, and how sure detection has to be at least. */
export interface Budget {
  /** Requests hit, on average, by the planned fault. */
  readonly maxHit?: number;
  /** Minutes of a good deployment. */
  readonly maxMinutes?: number;
  /** Probability of detection. */
  readonly minDetection?: number;
  /** Probability that a good release is stopped; default: one in five. */
  readonly maxFalse?: number;
}

const MOST_FALSE = 0.2;

export interface Recommendation {
  /** Undefined when nothing fits the budget. */
  readonly configuration: string | undefined;
  readonly reason: string;
}

export const DEFAULT_BUDGET = { minDetection: 0.95 } as const satisfies Budget;

/** The configuration with the fewest requests hit among those that keep to the budget; the quicker of equals. */
export function recommend(plans: readonly ConfigurationPlan[], budget: Budget): Recommendation {
  const fitting = plans.filter((it) => misses(it, budget).length === 0);
  const [best] = fitting.toSorted(
    (a, b) => roughly(a.all.hits.mean) - roughly(b.all.hits.mean) || a.goodSeconds - b.goodSeconds,
  );
  if (best === undefined) return { configuration: undefined, reason: whyNone(plans, budget) };
  const { all, goodSeconds } = best;
  const others = fitting.length - 1;
  const among = others === 0 ? 'the only one' : `of the ${fitting.length}`;
  return {
    configuration: best.configuration.name,
    reason:
      `${among} within the budget (${wordsOf(budget)})${others === 0 ? '' : ' the one with the fewest requests hit'}: it catches the fault in ${percent(all.caught)} of deployments, ` +
      `${count(all.hits.mean)} requests are hit on average, and a good release takes ${minutes(goodSeconds)}.` +
      (all.falseRollback > 0.05 ? ` But it stops ${percent(all.falseRollback)} of good releases.` : ''),
  };
}

/** Differences of less than a tenth are no reason to wait for longer. */
const roughly = (hits: number): number => (hits < 1e-9 ? 0 : Math.round(Math.log(hits) / Math.log(1.1)));

function misses(
  { all, goodSeconds }: ConfigurationPlan,
  { maxHit, maxMinutes, minDetection, maxFalse = MOST_FALSE }: Budget,
): readonly string[] {
  return [
    ...(maxHit !== undefined && all.hits.mean > maxHit ? ['maxHit'] : []),
    ...(maxMinutes !== undefined && goodSeconds > maxMinutes * 60 + 30 ? ['maxMinutes'] : []),
    ...(minDetection !== undefined && all.caught < minDetection ? ['minDetection'] : []),
    ...(all.falseRollback > maxFalse ? ['maxFalse'] : []),
  ];
}

function whyNone(plans: readonly ConfigurationPlan[], budget: Budget): string {
  const surest = plans.toSorted((a, b) => b.all.caught - a.all.caught || a.goodSeconds - b.goodSeconds)[0];
  const mildest = plans.toSorted((a, b) => a.all.hits.mean - b.all.hits.mean)[0];
  if (surest === undefined || mildest === undefined) return 'There is no configuration to choose from.';
  return (
    `No configuration keeps to the budget (${wordsOf(budget)}). The surest is ${surest.configuration.name}, which catches ` +
    `${percent(surest.all.caught)}; the fewest requests are hit with ${mildest.configuration.name}, ${count(mildest.all.hits.mean)} on average.`
  );
}

function wordsOf({ maxHit, maxMinutes, minDetection, maxFalse = MOST_FALSE }: Budget): string {
  return [
    ...(minDetection === undefined ? [] : [`detection of at least ${percent(minDetection)}`]),
    ...(maxHit === undefined ? [] : [`at most ${count(maxHit)} requests hit`]),
    ...(maxMinutes === undefined ? [] : [`at most ${maxMinutes} minutes`]),
    `at most ${percent(maxFalse)} of good releases stopped`,
  ].join(', ');
}

/** `21.4 %`; never 0 or 100 for what is neither. */
export function percent(p: number): string {
  if (p > 1 - 1e-9) return '100 %';
  if (p > 0 && p < 0.0005) return p < 5e-6 ? '<0.001 %' : `${Number((100 * p).toPrecision(2))} %`;
  if (p < 1 && p > 0.9995) return p > 0.999995 ? '>99.999 %' : `${(100 * p).toFixed(3)} %`;
  return `${Number((100 * p).toFixed(1))} %`;
}

/** `3.3`, `120`, `45k`, `1.2M`. */
export function count(n: number): string {
  if (n < 10) return String(Number(n.toFixed(1)));
  if (n < 10_000) return String(Math.round(n));
  if (n < 1e6) return `${Number((n / 1e3).toPrecision(3))}k`;
  return n < 1e9 ? `${Number((n / 1e6).toPrecision(3))}M` : `${Number((n / 1e9).toPrecision(3))}G`;
}

/** `5 min`, `1 h 30 min`, `12 s`. */
export function minutes(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds / 60);
  if (whole < 90) return `${whole} min`;
  return whole % 60 === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
