/**
 * A gate that never turns before another one has. An alarm on a rate over five minutes remembers too much to be walked
 * with. But where it can breach only by a request at which another gate, its leader, turns with the very minute, then in
 * a release that still goes on there has been no such request: the window's past is as good as new, and the alarm only
 * has a say in who is first within that minute. What else turns with the leader is taken as independent of it.
 */
import { alarmRule } from '@unicorns/cloud/inspect';
import { MARKS } from './alarm-machine.ts';
import { type BoxMark, boxMark, encloseGate, UNDECIDED } from './box-marks.ts';
import { anyCounts, BoxTree, type IndependentCounts } from './box-tree.ts';
import { ANY, CanBreach } from './can-breach.ts';
import type { Exposure, Moments } from './count-classes.ts';
import { countingRule, sampleOf } from './counting-rule.ts';
import { delayOf, type ExactGate } from './exact-gate.ts';
import type { Enclose } from './enclose-statistic.ts';
import type { Box } from './enclosure.ts';
import type { Gate } from './plan-input.ts';
import { PoissonCounts } from './poisson-counts.ts';
import { expectedIn, type RequestKind } from './request-kinds.ts';

export interface Follower {
  readonly gate: Gate;
  /** The place of the gate that it follows. */
  readonly leader: number;
  /** Minutes that it looks back, the newest among them. */
  readonly windowMinutes: number;
  /** P(it turns too), at most, in any minute with so many requests at which its leader turns. */
  readonly mostShare: (minute: Exposure) => number;
  /** What it makes of a minute at which its leader turns. Undefined when it takes too much to say. */
  readonly joins: (minute: Exposure, window: Exposure) => Joining | undefined;
}

export interface Joining {
  /** P(it turns too, when its leader does). */
  readonly share: number;
  /** By how much its having turned moves the mean and the variance of the requests hit in that minute. */
  readonly meanShift: number;
  readonly varianceShift: number;
}

export const NEVER_JOINS: Joining = { share: 0, meanShift: 0, varianceShift: 0 };
const ALWAYS_JOINS: Joining = { share: 1, meanShift: 0, varianceShift: 0 };

/** Only the order within a minute hangs on it: a part of the minutes may stay undecided, and counts half. */
const PRECISION = { negligible: 5e-4, mostLost: 0.5, mostBoxes: 60_000, heavy: 1_000 };
const BREACHING = MARKS.indexOf('breaching');

/** Undefined where the gate is not led by any of those. */
export function followerOf(
  gate: Gate,
  leaders: readonly ExactGate[],
  kinds: readonly RequestKind[],
): Follower | undefined {
  const { alarm } = gate;
  const { periodSeconds } = alarm.watches;
  if (periodSeconds % 60 !== 0 || alarm.treatMissingData === 'breaching') return undefined;
  for (const [leader, lead] of leaders.entries()) {
    const { rule } = lead;
    if (rule === undefined || !turnsAtOne(lead) || delayOf(lead.gate) !== delayOf(gate)) continue;
    if (kinds.some((kind) => kind.version === 'old' && rule.counts(kind))) continue;
    const found = joining(gate, kinds, rule.counts);
    if (found === undefined) continue;
    // With every other period free of such requests, two that breach never come together.
    const isAlone = (alarm.datapointsToAlarm ?? alarm.evaluationPeriods) > 1;
    const never = { mostShare: () => 0, joins: () => NEVER_JOINS };
    return { gate, leader, windowMinutes: periodSeconds / 60, ...(isAlone ? never : found) };
  }
  return undefined;
}

/** One request is enough, at once. */
function turnsAtOne({ gate: { alarm }, rule, windowMinutes }: ExactGate): boolean {
  return (
    windowMinutes === 0 &&
    rule?.limit === 1 &&
    rule.breachesFromLimit &&
    (alarm.datapointsToAlarm ?? alarm.evaluationPeriods) === 1 &&
    (alarm.watches.periodSeconds === 60 || alarm.evaluationPeriods === 1)
  );
}

/** `leads`: the requests at which the leader turns. Undefined when the gate may breach without any. */
function joining(
  gate: Gate,
  kinds: readonly RequestKind[],
  leads: (kind: RequestKind) => boolean,
): Pick<Follower, 'joins' | 'mostShare'> | undefined {
  const isSpread = kinds.some(
    ({ isSpread: is, outcome }) => is && gate.sources.some((it) => it.sample(outcome) === 'duration'),
  );
  if (isSpread || gate.sources.some(({ defaultValue }) => defaultValue !== undefined)) return undefined;
  const seen = kinds.filter((kind) => gate.sources.some((source) => sampleOf(source, kind) !== undefined));
  const sorts = [
    ...Map.groupBy(
      seen,
      (kind) => `${String(leads(kind))} ${gate.sources.map((source) => sampleOf(source, kind)).join()}`,
    ).values(),
  ];
  const examples = sorts.flatMap((alike) => alike.slice(0, 1));
  const mark = boxMark(gate, examples, countingRule(gate, kinds));
  const isLeading = examples.map(leads);
  const others = isLeading.reduce((bits, is, i) => bits | (Number(!is) << i), 0);
  if (mark === undefined || sorts.length > 10 || new CanBreach(mark, sorts.length).with(others)) return undefined;
  if (alarmRule(gate.alarm).fewestSamples !== undefined) return undefined;
  const enclose = encloseGate(gate, examples);
  const shared = new BoxTree(anyCounts(sorts.length), [mark], PRECISION);
  const known = new Map<string, Joining | undefined>();
  const lawsOf = poissonLaws();
  // One alone may never be enough: of twenty requests two have to fail.
  const sides = examples.flatMap(({ version }, i) => (version === 'new' && isLeading[i] === false ? [i] : []));
  const isOneEnough = isLeading.some((is, i) => {
    const most = isLeading.map((it, j) => (it ? Number(j === i) : ANY));
    return is && new CanBreach(mark, sorts.length, most, sides).with(others | (1 << i));
  });
  const allLeading = sorts.filter((_, i) => isLeading[i]).flat();
  const mostShare: Follower['mostShare'] = (minute) => (isOneEnough ? 1 : expectedIn(allLeading, minute));
  const joins: Follower['joins'] = (minute, window) => {
    const key = `${keyOf(minute)} ${keyOf(window)}`;
    if (known.has(key)) return known.get(key);
    const means = sorts.map((alike, i) => expectedIn(alike, isLeading[i] === true ? minute : window));
    const hits = sorts.map((alike, i) => (isLeading[i] === true ? expectedIn(hitIn(alike), minute) : 0));
    const leading: Leading = {
      any: means.reduce((sum, mean, i) => sum + (isLeading[i] === true ? mean : 0), 0),
      hit: hits.reduce((sum, hit) => sum + hit, 0),
    };
    const usual = usualBox(means);
    const certain = certainly(mark(usual));
    const hitShares = hits.map((hit, i) => hit / (means[i] || 1));
    // Under heavy traffic minutes have few boxes in common.
    const isHeavy = means.some((mean) => mean > PRECISION.heavy);
    const tree = (isHeavy && enclose && ownTree(usual, mark, enclose)) || shared;
    const found = certain ?? joiningOf(tree, { counts: means.map(lawsOf), hitShares }, leading);
    known.set(key, found);
    return found;
  };
  return { joins, mostShare };
}

const hitIn = (kinds: readonly RequestKind[]): readonly RequestKind[] => kinds.filter(({ isHit }) => isHit);

const keyOf = ({ newBefore, newAfter, old }: Exposure): string =>
  `${Math.fround(newBefore)} ${Math.fround(newAfter)} ${Math.fround(old)}`;

function poissonLaws(): (mean: number) => PoissonCounts {
  const known = new Map<number, PoissonCounts>();
  return (mean) => {
    let law = known.get(mean);
    if (law === undefined) known.set(mean, (law = new PoissonCounts(mean)));
    return law;
  };
}

/** Where counts lie in all but one of a hundred million minutes. */
const usualBox = (means: readonly number[]): Box => ({
  low: means.map((mean) => Math.max(0, Math.floor(mean - 6 * Math.sqrt(mean)))),
  high: means.map((mean) => Math.ceil(mean + 6 * Math.sqrt(mean) + 6)),
});

function certainly(mark: number): Joining | undefined {
  if (mark === UNDECIDED) return undefined;
  return mark === BREACHING ? ALWAYS_JOINS : NEVER_JOINS;
}

/** The boxes of one minute, halved where that tells most of what the alarm watches. */
function ownTree(usual: Box, mark: BoxMark, enclose: Enclose): BoxTree | undefined {
  const middle = usual.low.map((low, i) => Math.floor((low + (usual.high[i] ?? 0)) / 2));
  const slopes = usual.low.map((low, i) => {
    const high = usual.high[i] ?? 0;
    const value = enclose({ low: middle.with(i, low), high: middle.with(i, high) });
    return value.type === 'value' ? (value.high - value.low) / (high - low) : Number.NaN;
  });
  if (!slopes.every(Number.isFinite)) return undefined;
  // Where only a flat side has a length, it is halved.
  const least = Math.max(...slopes) / 1e9 + Number.MIN_VALUE;
  return new BoxTree(
    usual,
    [mark],
    PRECISION,
    (from, until, side) => (until - from) * Math.max(slopes[side] ?? 0, least),
  );
}

/** Expected requests at which the leader turns, and those of them that are hit. */
interface Leading {
  readonly any: number;
  readonly hit: number;
}

function joiningOf(tree: BoxTree, minute: IndependentCounts, { any, hit }: Leading): Joining | undefined {
  let joint: Moments = [0, 0, 0];
  const lost = tree.spread(minute, ([mark], [p, first, second]) => {
    if (mark === BREACHING) joint = [joint[0] + p, joint[1] + first, joint[2] + second];
  });
  if (lost === undefined) return undefined;
  const led = -Math.expm1(-any);
  if (joint[0] <= 0 || led <= 0) return NEVER_JOINS;
  const both = lawOf(joint);
  const either = lawOf([led, hit, hit * hit + hit]);
  return {
    // Of what stayed undecided half.
    share: Math.min(1, (joint[0] + lost / 2) / led),
    meanShift: both.mean - either.mean,
    varianceShift: both.variance - either.variance,
  };
}

function lawOf([p, first, second]: Moments): { readonly mean: number; readonly variance: number } {
  const mean = first / p;
  return { mean, variance: Math.max(0, second / p - mean * mean) };
}
