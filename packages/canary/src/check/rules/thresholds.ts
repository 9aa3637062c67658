/** Thresholds that the new version's faults cannot cross, or only with a lot of traffic. */
import { isBreaching } from '@unicorns/cloud/inspect';
import type { Rule } from '../finding.ts';
import type { Alarm } from '../template/alarms.ts';
import { bakeMinutes, firstShare, type GatedAlias } from '../template/gated-alias.ts';
import type { Branch } from '../template/read-branch.ts';
import { atAlarm, type Gate, gatesOf, isOfOneVersion } from './gates.ts';
import { timeoutMs, worstValue } from './worst-fault.ts';

const OPERATORS = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
/** More than any function ever gets, and less than any that is called. */
const ENDLESS = 1e9;
const HARDLY_ANY = 1e-3;
/** One a second: above it a threshold's need is worth saying. */
const MODEST = 60;

/** Does the alarm's datapoint breach when all requests to the new version fail, or so many? Undefined: who knows. */
export function breaches(
  { alarm, alias }: Gate,
  branch: Branch,
  requestsPerMinute: number,
  share: number,
  failing = 1,
): boolean | undefined {
  const { threshold, resultId } = alarm;
  const operator = OPERATORS.find((it) => it === alarm.comparisonOperator);
  if (threshold === undefined || operator === undefined || alarm.isAnomalyDetection) return undefined;
  // Fewer of something is no fault that a single metric can show here; expressions (a success rate) can.
  if (resultId === undefined && operator.startsWith('Less') && failing > 0) return undefined;
  const value = worstValue(alarm, alias, branch, requestsPerMinute, share, failing);
  return value === undefined ? undefined : isBreaching(value, operator, threshold);
}

/** Requests a minute and shares of them that fail, of all of which an expression may make something else. */
const RATES = [HARDLY_ANY, 1, 10, 100, 1_000, 10_000, ENDLESS];
const FAILING = [1, 0.5, 0.1, 0.01];

/** Does some fault make the datapoint breach? A single metric's value grows with both; an expression's need not. */
function canBreach(gate: Gate, branch: Branch, share: number): boolean | undefined {
  if (gate.alarm.resultId === undefined) return breaches(gate, branch, ENDLESS, share);
  const answers = RATES.flatMap((rate) => FAILING.map((failing) => breaches(gate, branch, rate, share, failing)));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** Sums, products and ratios: what holds for the rates that were tried holds between them too. */
const isPlain = ({ expressions }: Alarm): boolean =>
  expressions.every(({ text }) => /^[\w\s.+*/()-]*$/.test(text) && !/\b(?:IF|AND|OR|NOT|MIN|ABS)\b/i.test(text));

/** The largest share that the new version has while the old one still has some. */
function largestShare({ routing }: GatedAlias): number | undefined {
  if (routing === undefined || bakeMinutes(routing) === 0) return undefined;
  if (routing.type !== 'TimeBasedLinear') return firstShare(routing);
  const steps = Math.ceil(100 / routing.linearPercentage);
  return ((steps - 1) * routing.linearPercentage) / 100;
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

export const thresholdNeverCrossed: Rule = {
  id: 'threshold-never-crossed',
  severity: 'error',
  title: 'No fault of the new version can cross the threshold',
  onAws: 'Even with every request to the new version failing, the alarm stays OK while traffic shifts.',
  cure: 'Lower the threshold: a rate of one version is at most 1 (or 100 %), a duration at most the function’s time-out, and in a metric of both versions a canary moves a rate only by its share.',
  source: 'cloudwatch 4.1, P7',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const share = largestShare(gate.alias);
      if (share === undefined || canBreach(gate, branch, share) !== false) continue;
      // What is impossible even for a version that has all the traffic is impossible by arithmetic alone.
      const isImpossible = canBreach(gate, branch, 1) === false;
      const { metrics, threshold } = gate.alarm;
      const isDuration = metrics.some(({ metricName }) => metricName === 'Duration');
      const isOwn = metrics.every((metric) => isOfOneVersion(metric, branch));
      const worst = worstValue(gate.alarm, gate.alias, branch, ENDLESS, share) ?? 0;
      const isTime = metrics.every(({ metricName }) => /Duration|Latency/.test(metricName));
      const why =
        isDuration && isImpossible
          ? `a duration is never above the time-out of ${timeoutMs(gate.alias, branch)} ms`
          : isTime && worst <= 1
            ? `with ${percent(share)} of the traffic on a version that is always slow, ${metrics[0]?.stat ?? ''} is still that of the old one`
            : `with ${percent(share)} of the traffic on a version that always fails, it reaches ${Math.round(worst * 1e4) / 1e4}`;
      yield {
        ...atAlarm(gate, 'Threshold', `The threshold is ${threshold}; ${why}.`),
        ...(((!isImpossible && !isOwn) || !isPlain(gate.alarm)) && { severity: 'warning' }),
      };
    }
  },
};

export const thresholdNeedsTraffic: Rule = {
  id: 'threshold-needs-traffic',
  severity: 'note',
  title: 'A threshold that only a busy function can cross',
  onAws: 'Below that many requests a minute the alarm stays OK even if every request to the new version fails.',
  cure: 'Lower the threshold, alarm on a rate, or send synthetic requests while traffic shifts.',
  source: 'P5',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const share =
        gate.alias.routing && bakeMinutes(gate.alias.routing) > 0 ? firstShare(gate.alias.routing) : undefined;
      if (share === undefined || breaches(gate, branch, ENDLESS, share) !== true) continue;
      const least = leastTraffic((rate) => breaches(gate, branch, rate, share) === true);
      if (least <= MODEST) continue;
      yield atAlarm(
        gate,
        'Threshold',
        `With ${percent(share)} of the traffic on the new version, it takes at least ${Math.ceil(least)} requests a minute to cross ${gate.alarm.threshold}.`,
      );
    }
  },
};

/** Does the alarm breach although every request goes well: always, or from so much traffic on? */
export function breachesUnprovoked(gate: Gate, branch: Branch): 'always' | number | undefined {
  const share = gate.alias.routing === undefined ? 1 : firstShare(gate.alias.routing);
  const isBreached = (rate: number): boolean => breaches(gate, branch, rate, share, 0) === true;
  if (!isBreached(ENDLESS)) return undefined;
  return RATES.every(isBreached) ? 'always' : leastTraffic(isBreached);
}

export const thresholdAlwaysCrossed: Rule = {
  id: 'threshold-always-crossed',
  severity: 'error',
  title: 'A good release crosses the threshold',
  onAws:
    'The alarm is in ALARM as soon as a request is answered, however well: CodeDeploy stops every release, and the fix of a bad one too.',
  cure: 'For one fault too many: GreaterThanThreshold and 0, or GreaterThanOrEqualToThreshold and 1.',
  source: 'cloudwatch 3.3, 4.1',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      if (!gate.alarm.stopsAlone || breachesUnprovoked(gate, branch) !== 'always') continue;
      const { comparisonOperator, threshold } = gate.alarm;
      yield atAlarm(
        gate,
        'Threshold',
        `With no request failing, the alarm still breaches: ${comparisonOperator} ${threshold}.`,
      );
    }
  },
};

function leastTraffic(isEnough: (requestsPerMinute: number) => boolean): number {
  let [low, high] = [0, ENDLESS];
  for (let i = 0; i < 60; i++) {
    const middle = low === 0 ? high / 1_000 : Math.sqrt(low * high);
    if (isEnough(middle)) high = middle;
    else low = middle;
    if (high < 0.01) return high;
  }
  return high;
}

export const thresholdRules: readonly Rule[] = [thresholdNeverCrossed, thresholdAlwaysCrossed, thresholdNeedsTraffic];
