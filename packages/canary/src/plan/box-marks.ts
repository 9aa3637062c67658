/** What an alarm sees of a minute of which only bounds of the counts are known: one mark, or that it depends. */
import { alarmRule, isBreaching, parseMetricMath } from '@unicorns/cloud/inspect';
import { MARKS } from './alarm-machine.ts';
import { type CountingRule, sampleOf } from './counting-rule.ts';
import { canBeEnclosed, encloseMath, type Term } from './enclose-math.ts';
import { type Enclose, encloseStatistic } from './enclose-statistic.ts';
import { type Box, type Enclosure, OPEN } from './enclosure.ts';
import type { Gate } from './plan-input.ts';
import type { RequestKind } from './request-kinds.ts';

/** A symbol that a gate has for every count in a box, or UNDECIDED. */
export type BoxMark = (box: Box) => number;

export const UNDECIDED = -1;
const [MISSING, OK, BREACHING, THIN] = ['missing', 'ok', 'breaching', 'thin'].map((mark) =>
  (MARKS as readonly string[]).indexOf(mark),
) as [number, number, number, number];

/**
 * `sorts`: one request of each sort that is counted; `rule`: the alarm as a question about a count, if it is one.
 * Undefined when the alarm's arithmetic cannot be bounded.
 */
export function boxMark(
  gate: Gate,
  sorts: readonly RequestKind[],
  rule: CountingRule | undefined,
): BoxMark | undefined {
  const { comparisonOperator, threshold } = gate.alarm;
  if (rule !== undefined) return countedMark(rule, sorts);
  const enclose = encloseGate(gate, sorts);
  if (enclose === undefined) return undefined;
  const thin = thinness(gate, sorts);
  return (box) => {
    const value = enclose(box);
    if (value.type === 'missing') return MISSING;
    if (value.type === 'open') return UNDECIDED;
    const tooFew = thin(box);
    if (tooFew !== false) return tooFew === true ? THIN : UNDECIDED;
    const breaches = isBreaching(value.low, comparisonOperator, threshold);
    if (breaches !== isBreaching(value.high, comparisonOperator, threshold)) return UNDECIDED;
    return breaches ? BREACHING : OK;
  };
}

/** Alarms that only ask for a number of requests are told by it, without a look at any value. */
function countedMark(rule: CountingRule, sorts: readonly RequestKind[]): BoxMark {
  const { limit, breachesFromLimit } = rule;
  const counts = placesOf(sorts, rule.counts);
  const points = placesOf(sorts, rule.isPoint);
  const [far, near] = breachesFromLimit ? [BREACHING, OK] : [OK, BREACHING];
  return ({ low, high }) => {
    if (sum(high, points) === 0) return MISSING;
    if (sum(low, points) === 0) return UNDECIDED;
    if (sum(low, counts) >= limit) return far;
    return sum(high, counts) < limit ? near : UNDECIDED;
  };
}

const placesOf = (sorts: readonly RequestKind[], is: (kind: RequestKind) => boolean): readonly number[] =>
  sorts.flatMap((kind, i) => (is(kind) ? [i] : []));

function sum(counts: readonly number[], places: readonly number[]): number {
  let out = 0;
  for (const i of places) out += counts[i] ?? 0;
  return out;
}

/** Are there too few samples for a percentile that minds? Undefined: it depends. */
function thinness(gate: Gate, sorts: readonly RequestKind[]): (box: Box) => boolean | undefined {
  const { fewestSamples } = alarmRule(gate.alarm);
  const [source] = gate.sources;
  if (fewestSamples === undefined || source === undefined) return () => false;
  const samples = placesOf(sorts, (kind) => sampleOf(source, kind) !== undefined);
  return ({ low, high }) =>
    sum(low, samples) >= fewestSamples ? false : sum(high, samples) < fewestSamples ? true : undefined;
}

/** Bounds of what the alarm watches. Undefined when its arithmetic cannot be bounded. */
export function encloseGate(gate: Gate, sorts: readonly RequestKind[]): Enclose | undefined {
  const { watches } = gate.alarm;
  const stats = new Map<string, Enclose>();
  const queries = watches.type === 'stat' ? [{ type: 'stat' as const, id: '', stat: watches.stat }] : watches.queries;
  for (const query of queries) {
    const source = gate.sources.find(({ id }) => id === query.id);
    if (query.type !== 'stat' || source === undefined) continue;
    const samples = sorts.map((kind) => sampleOf(source, kind));
    const enclose = encloseStatistic(query.stat, samples, source.defaultValue);
    if (enclose === undefined) return undefined;
    stats.set(query.id, enclose);
  }
  if (watches.type === 'stat') return stats.get('');
  return encloseQueries(watches, stats);
}

function encloseQueries(
  { queries, resultId, periodSeconds }: Extract<Gate['alarm']['watches'], { type: 'math' }>,
  stats: ReadonlyMap<string, Enclose>,
): Enclose | undefined {
  const parsed = new Map(
    queries.flatMap((query) =>
      query.type === 'expression' ? [[query.id, parseMetricMath(query.expression)] as const] : [],
    ),
  );
  if (![...parsed.values()].every(canBeEnclosed)) return undefined;
  const metricIds = queries.flatMap(({ type, id }) => (type === 'stat' ? [id] : []));
  return (box) => {
    const known = new Map<string, Term>();
    const lookUp = (id: string): Term => {
      let term = known.get(id);
      if (term === undefined) {
        const expression = parsed.get(id);
        term = expression
          ? encloseMath(expression, { lookUp, metricIds, periodSeconds, box })
          : { type: 'series', of: stats.get(id)?.(box) ?? OPEN };
        known.set(id, term);
      }
      return term;
    };
    return singleSeries(lookUp(resultId));
  };
}

function singleSeries({ type, of }: Term): Enclosure {
  if (type !== 'list') return type === 'series' ? of : OPEN;
  return of.length === 1 ? (of[0] ?? OPEN) : OPEN;
}
