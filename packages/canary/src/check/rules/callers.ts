/** Gates that a caller's own mistake can close. */
import { type Comparison, comparisonsIn, findMatchingLine, stepsOf, type Term, termsIn } from '../candidate-lines.ts';
import type { Rule } from '../finding.ts';
import { atFilter, gatingFilters } from './filters.ts';
import { atAlarm, atMetric, gateMetrics, gatesOf } from './gates.ts';
import { isMisfit } from './statistics.ts';
import { breachesUnprovoked } from './thresholds.ts';

/** What callers get for mistakes of their own. */
const MISTAKES = [400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429];

export const callerCanStop: Rule = {
  id: 'caller-can-stop',
  severity: 'warning',
  title: 'A caller’s mistake can stop a release',
  onAws:
    'Anybody who may call the API can send a bad request, and with it the alarm, the rollback, and no release at all as long as it goes on.',
  cure: 'Count from 500 on, or only such answers below that no caller can provoke.',
  source: 'ours',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const isGateway = it.metric.namespace === 'AWS/ApiGateway' && /^4xx/i.test(it.metric.metricName);
      const isUrl = it.metric.namespace === 'AWS/Lambda' && it.metric.metricName === 'Url4xxCount';
      if ((isGateway || isUrl) && it.alarm.stopsAlone && !it.alarm.isAnomalyDetection)
        yield atMetric(it, 'MetricName', `${it.metric.metricName} counts what callers do wrong.`);
    }
    for (const filter of gatingFilters(branch, ({ stopsAlone }) => stopsAlone)) {
      const { pattern, patternText } = filter;
      if (pattern?.kind === 'space-delimited' && COUNTS_MISTAKES.test(patternText))
        yield atFilter(
          filter,
          'FilterPattern',
          'The pattern counts statuses of 400 and above: a bad request is enough.',
        );
      const term = pattern?.kind === 'terms' ? termsIn(patternText).find(isAboutMistakes) : undefined;
      if (term !== undefined)
        yield {
          ...atFilter(
            filter,
            'FilterPattern',
            `The pattern counts lines with ${term.text}: is that what a caller gets for a mistake?`,
          ),
          severity: 'note',
        };
      if (pattern?.kind !== 'json') continue;
      const status = comparisonsIn(patternText).find(isAboutStatus);
      if (status === undefined) continue;
      const counted = MISTAKES.filter(
        (code) => findMatchingLine(pattern, new Map([[status.selector, [code]]])).type === 'found',
      );
      if (counted.length === 0) continue;
      const isPlain = counted.includes(400);
      yield {
        resourceId: filter.resource.id,
        at: ['Properties', 'FilterPattern'],
        message: isPlain
          ? `The pattern counts ${counted.join(', ')}: a bad request is enough.`
          : `The pattern counts ${counted.join(', ')}. If the code ever answers a caller’s mistake with one of them, that caller can stop a release.`,
        ...(!isPlain && { severity: 'note' }),
      };
    }
  },
};

/** `[…, status = 4*, …]`, `[…, status_code >= 400, …]` */
const COUNTS_MISTAKES = /(?:status|code)\w*\s*(?:=\s*"?4(?:\d\d|\d?\*)|>=?\s*(?:39\d|400)\b)/i;

/** `?404`, `"statusCode\":4"`, `%HTTP 4[0-9]{2}%`: a status, as far as terms can say it. */
const isAboutMistakes = ({ sign, text }: Term): boolean =>
  sign !== '-' && /(?<![\d.])4(?:0\d|1\d|2\d|xx|\\d|\[0-9\]|\.\.)(?!\d)/i.test(text);

/** `$.statusCode >= 400`, `$.status = 4*`, `$.res.code = "500"`. */
const isAboutStatus = ({ selector, operand }: Comparison): boolean =>
  /status|^(?:http|response)?_?code$/i.test(stepsOf(selector).at(-1) ?? '') && /^[1-5](?:\d\d|\d?\*)$/.test(operand);

export const trafficCanStop: Rule = {
  id: 'traffic-can-stop',
  severity: 'warning',
  title: 'Traffic alone can stop a release',
  onAws:
    'Requests that are answered well count too. A busy hour, or a caller who wants to, stops every release as long as it lasts.',
  cure: 'Alarm on faults, or on their rate; watch the traffic with an alarm that guards no release.',
  source: 'ours',
  *judge(branch) {
    for (const gate of gatesOf(branch)) {
      const least = breachesUnprovoked(gate, branch);
      if (!gate.alarm.stopsAlone || typeof least !== 'number' || gate.alarm.metrics.some(isMisfit)) continue;
      const [metric] = gate.alarm.metrics;
      yield atAlarm(
        gate,
        'Threshold',
        `${metric?.stat ?? ''} of ${branch.names.show(metric?.metricName ?? '')} crosses ${gate.alarm.threshold} at ${Math.ceil(least)} good requests a minute.`,
      );
    }
  },
};

export const callerRules: readonly Rule[] = [callerCanStop, trafficCanStop];
