/** Which gates can be treated exactly, and what each of them reads of a minute. */
import { alarmRule, parseStatistic } from '@unicorns/cloud/inspect';
import { type AlarmMachine, alarmMachine, slidingMachine } from './alarm-machine.ts';
import { type BoxMark, boxMark, UNDECIDED } from './box-marks.ts';
import { type CountingRule, countingRule, sampleOf } from './counting-rule.ts';
import type { Gate } from './plan-input.ts';
import type { RequestKind } from './request-kinds.ts';

/** A gate whose odds can be had exactly. Each minute is a symbol to it: a place in MARKS, or a count. */
export interface ExactGate {
  readonly gate: Gate;
  readonly symbols: number;
  /** The alarm as a question about one count, if it is one. */
  readonly rule: CountingRule | undefined;
  /** What tells its requests apart; equal for those that it treats alike, empty for those that it does not see. */
  readonly sortOf: (kind: RequestKind) => string;
  /** Its symbol wherever counts lie in a box, or UNDECIDED. */
  readonly symbolIn: (sorts: readonly RequestKind[]) => BoxMark | undefined;
  /** By how many of the newest minutes have not arrived. Undefined: it remembers too much. */
  readonly machine: (late: number) => AlarmMachine | undefined;
  /** Its past matters: it had data before the deployment. */
  readonly seesOld: boolean;
  /** No request that occurs can make a period breach, nor can silence. */
  readonly isMute: boolean;
  /** Minutes of its window in which there has to be a datapoint for the odds to be exact; 0: it need not be so. */
  readonly windowMinutes: number;
}

export function exactGate(gate: Gate, kinds: readonly RequestKind[]): ExactGate | undefined {
  const { alarm, rangePeriods } = gate;
  const { periodSeconds } = alarm.watches;
  const decision = alarmRule(alarm);
  const rule = isBlind(gate) ? NEVER : countingRule(gate, kinds);
  const seesOld = kinds.some((kind) => kind.version === 'old' && gate.sources.some((it) => sees(it, kind)));
  const common = { gate, rule, seesOld, isMute: isMute(gate, rule, kinds), windowMinutes: 0 };
  const symbols = decision.fewestSamples === undefined ? 3 : 4;
  if (periodSeconds === 60 || isBlind(gate)) {
    const sortOf = rule ? countedSort(rule) : valuedSort(gate, kinds);
    if (sortOf === undefined) return undefined;
    const machine = (late: number): AlarmMachine | undefined =>
      alarmMachine(decision, rangePeriods, late, !seesOld, symbols);
    return { ...common, symbols, sortOf, symbolIn: (sorts) => boxMark(gate, sorts, rule), machine: kept(machine) };
  }
  if (rule === undefined) return undefined;
  const sliding = { ...common, sortOf: countedSort(rule) };
  if (turnsAtFirst(gate, rule, kinds)) {
    const machine = kept(() => alarmMachine({ evaluationPeriods: 1, treatMissingData: 'notBreaching' }, 1, 0, true));
    return { ...sliding, symbols: 3, symbolIn: (sorts) => boxMark(gate, sorts, rule), machine };
  }
  if (!slides(gate, rule, seesOld)) return undefined;
  const { limit, breachesFromLimit } = rule;
  const minutes = periodSeconds / 60;
  return {
    ...sliding,
    symbols: limit + 1,
    symbolIn: (sorts) => countIn(rule, sorts),
    windowMinutes: minutes,
    machine: kept((late) =>
      late < minutes ? slidingMachine(decision, minutes - late, limit, breachesFromLimit, !seesOld) : undefined,
    ),
  };
}

function kept(make: (late: number) => AlarmMachine | undefined): (late: number) => AlarmMachine | undefined {
  const known = new Map<number, AlarmMachine | undefined>();
  return (late) => {
    if (!known.has(late)) known.set(late, make(late));
    return known.get(late);
  };
}

const sees = (source: Gate['sources'][number], kind: RequestKind): boolean =>
  sampleOf(source, kind) !== undefined || (source.defaultValue !== undefined && source.sees !== 'none');

/** No metric of it gets data: its periods are missing, whatever their length. */
const isBlind = ({ sources }: Gate): boolean => sources.every((source) => source.sees === 'none');
const NEVER: CountingRule = { counts: () => false, isPoint: () => false, limit: 1, breachesFromLimit: true };

const isMute = ({ alarm }: Gate, rule: CountingRule | undefined, kinds: readonly RequestKind[]): boolean =>
  rule !== undefined &&
  !kinds.some((kind) => rule.counts(kind)) &&
  rule.limit > 0 &&
  rule.breachesFromLimit &&
  alarm.treatMissingData !== 'breaching';

const countedSort =
  ({ counts, isPoint }: CountingRule) =>
  (kind: RequestKind): string =>
    counts(kind) || isPoint(kind) ? `${Number(counts(kind))}${Number(isPoint(kind))}` : '';

/**
 * Where a value is computed, requests are told apart by what they add to it. A percentile against a threshold only asks
 * on which side a request lies; any other use of durations that are spread over a distribution is not exact.
 */
function valuedSort(gate: Gate, kinds: readonly RequestKind[]): ExactGate['sortOf'] | undefined {
  const { watches, threshold } = gate.alarm;
  const side = watches.type === 'stat' && parseStatistic(watches.stat)?.type === 'percentile';
  const isSpread = kinds.some(
    (kind) => kind.isSpread && gate.sources.some((it) => it.sample(kind.outcome) === 'duration' && sees(it, kind)),
  );
  if (isSpread && !side) return undefined;
  if (boxMark(gate, kinds, undefined) === undefined) return undefined;
  return (kind) => {
    if (!gate.sources.some((source) => sees(source, kind))) return '';
    const samples = gate.sources.map((source) => sampleOf(source, kind));
    return samples
      .map((it) => (it === undefined || !side ? String(it ?? '-') : String(Math.sign(it - threshold))))
      .join('/');
  };
}

/** The count of a minute, capped; it does not know of datapoints. */
function countIn({ counts, limit }: CountingRule, sorts: readonly RequestKind[]): BoxMark {
  const places = sorts.flatMap((kind, i) => (counts(kind) ? [i] : []));
  const capped = (all: readonly number[]): number =>
    Math.min(
      limit,
      places.reduce((sum, i) => sum + (all[i] ?? 0), 0),
    );
  return ({ low, high }) => {
    const count = capped(low);
    return count === capped(high) ? count : UNDECIDED;
  };
}

/**
 * Periods of several minutes slide, so that one request is in many of them. But where one is enough to breach and one
 * period to turn, the alarm turns with the first minute that has one: nothing has to be remembered, if there was none
 * before the deployment.
 */
function turnsAtFirst(
  gate: Gate,
  { counts, limit, breachesFromLimit }: CountingRule,
  kinds: readonly RequestKind[],
): boolean {
  const { alarm } = gate;
  const { periodSeconds } = alarm.watches;
  return (
    periodSeconds % 60 === 0 &&
    alarm.evaluationPeriods === 1 &&
    limit === 1 &&
    breachesFromLimit &&
    alarm.treatMissingData !== 'breaching' &&
    delayOf(gate) <= periodSeconds - 60 &&
    !kinds.some((kind) => kind.version === 'old' && kind.shareBefore > 0 && counts(kind))
  );
}

/** One sliding period that asks for a few requests: the counts of its minutes are all it remembers. */
const slides = ({ alarm }: Gate, { limit, breachesFromLimit }: CountingRule, seesOld: boolean): boolean =>
  alarm.watches.periodSeconds % 60 === 0 &&
  alarm.evaluationPeriods === 1 &&
  limit > 0 &&
  (breachesFromLimit || seesOld) &&
  alarm.treatMissingData !== 'breaching';

export const delayOf = (gate: Gate): number => Math.max(0, ...gate.sources.map(({ delaySeconds }) => delaySeconds));
