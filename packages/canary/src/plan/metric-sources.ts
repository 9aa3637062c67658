/**
 * What the metrics of a template count. AWS's own are documented; a metric filter is tried on made-up lines; a metric
 * that the code publishes itself is taken by its name, which is said.
 */
import { compilePattern, DEFAULT_ASSUMPTIONS, type Delays, filterLine, type MetricQuery } from '@unicorns/cloud';
import type { MetricSource } from './metric-source.ts';
import { OUTCOMES, type Outcome } from './plan-input.ts';

export type MetricStat = Pick<
  Extract<MetricQuery, { type: 'stat' }>,
  'namespace' | 'metricName' | 'dimensions' | 'stat'
>;

export interface TemplateFilter {
  readonly namespace: string;
  readonly metricName: string;
  readonly pattern: string;
  readonly value: string;
  readonly defaultValue?: number;
  /** The function whose log it reads, where the template makes it. */
  readonly readsLogOf?: string;
}

/** What a deployment's metrics are told apart by. */
export interface SourceContext {
  readonly functionName: string;
  readonly aliasName: string;
  /** A text that stands for the new version's number wherever the template writes it. */
  readonly newVersion: string;
  readonly filters: readonly TemplateFilter[];
  readonly delays: Delays;
  readonly statusCode: number;
}

type Found = Omit<MetricSource, 'id'>;

/** Undefined with a reason when nobody can say what the metric does under a fault. */
export function sourceOf(stat: MetricStat, context: SourceContext): Found | { readonly unknown: string } {
  switch (stat.namespace) {
    case 'AWS/Lambda':
      return lambdaSource(stat, context);
    case 'AWS/ApiGateway':
      return gatewaySource(stat, context);
    default:
      if (stat.namespace.startsWith('AWS/'))
        return { unknown: `${stat.namespace} ${stat.metricName} does not follow from requests to the function` };
      return filterSource(stat, context) ?? customSource(stat, context);
  }
}

const NOTHING_SEEN = { sees: 'none', sample: () => undefined } as const;
const seconds = (ms: number): number => ms / 1_000;

/** Dimension sets of reference 4.1: FunctionName, with Resource, with ExecutedVersion. */
function lambdaSource({ metricName, dimensions }: MetricStat, context: SourceContext): Found | { unknown: string } {
  const delaySeconds = seconds(context.delays.lambdaMetricMs);
  const sample = LAMBDA[metricName];
  if (sample === undefined) return { unknown: `AWS/Lambda ${metricName} does not follow from requests` };
  const given = new Map(dimensions.map(({ name, value }) => [name, value]));
  const names = [...given.keys()].toSorted().join();
  const isThisOne = given.get('FunctionName') === context.functionName;
  const isAlias = given.get('Resource') === `${context.functionName}:${context.aliasName}`;
  if (names === '')
    return {
      sees: 'both',
      sample,
      delaySeconds,
      assumed: 'No other function of the account adds to AWS/Lambda without dimensions.',
    };
  if (names === 'FunctionName' && isThisOne) return { sees: 'both', sample, delaySeconds };
  if (names === 'FunctionName,Resource' && isThisOne && isAlias) return { sees: 'both', sample, delaySeconds };
  const isNew = given.get('ExecutedVersion') === context.newVersion;
  if (names === 'ExecutedVersion,FunctionName,Resource' && isThisOne && isAlias && isNew)
    return { sees: 'new', sample, delaySeconds };
  return {
    ...NOTHING_SEEN,
    delaySeconds,
    assumed: 'No request of this deployment has these dimensions: the metric has no data.',
  };
}

const LAMBDA: Readonly<Record<string, MetricSource['sample'] | undefined>> = {
  Errors: (outcome) => (outcome === 'throw' ? 1 : 0),
  Invocations: () => 1,
  Duration: () => 'duration',
  Throttles: () => 0,
};

/** A sample for every request; the average of an error metric is its rate. Source: reference 5.6. */
function gatewaySource({ metricName, dimensions }: MetricStat, context: SourceContext): Found {
  const delaySeconds = seconds(context.delays.lambdaMetricMs);
  const status = context.statusCode;
  const samples: Readonly<Record<string, MetricSource['sample']>> = {
    '5xxerror': (outcome) => Number(outcome === 'throw' || (outcome === 'status' && status >= 500)),
    '4xxerror': (outcome) => Number(outcome === 'status' && status >= 400 && status < 500),
    count: () => 1,
    latency: () => 'duration',
    integrationlatency: () => 'duration',
  };
  const isHttpApi = dimensions.some(({ name }) => name === 'ApiId');
  const known = isHttpApi ? metricName.replace(/^([45]xx)$/, '$1error') : metricName;
  const spelled = isHttpApi
    ? /^(?:[45]xxerror|Count|Latency|IntegrationLatency)$/
    : /^(?:[45]XXError|Count|Latency|IntegrationLatency)$/;
  const sample = samples[known.toLowerCase()];
  if (sample === undefined || !spelled.test(known))
    return {
      ...NOTHING_SEEN,
      delaySeconds,
      assumed: `AWS/ApiGateway has no metric ${metricName} with these dimensions: it has no data.`,
    };
  return { sees: 'both', sample, delaySeconds, assumed: 'All requests to the API go to this alias.' };
}

function filterSource(stat: MetricStat, context: SourceContext): Found | { unknown: string } | undefined {
  const filters = context.filters.filter(
    ({ namespace, metricName }) => namespace === stat.namespace && metricName === stat.metricName,
  );
  const [filter] = filters;
  if (filter === undefined) return undefined;
  if (filters.length > 1) return { unknown: `${filters.length} metric filters write ${stat.metricName}` };
  if (filter.readsLogOf !== undefined && filter.readsLogOf !== context.functionName)
    return { unknown: `its metric filter reads the log of ${filter.readsLogOf}, which says nothing of these requests` };
  const value = Number(filter.value);
  if (!Number.isFinite(value))
    return { unknown: `the value ${filter.value} of its metric filter comes from the log line` };
  const matching = new Set(OUTCOMES.filter((outcome) => matches(filter.pattern, outcome, context)));
  return {
    sees: isOfNewVersion(filter.pattern, context) || isOfNewVersion(stat.metricName, context) ? 'new' : 'both',
    sample: (outcome) => (matching.has(outcome) ? value : undefined),
    ...(filter.defaultValue !== undefined && { defaultValue: filter.defaultValue }),
    delaySeconds: seconds(context.delays.metricFilterMs),
    assumed: `The filter of ${readable(stat.metricName, context)} counts requests that end with ${wordsOf(matching)}; tried on made-up lines with the status ${context.statusCode}.`,
  };
}

const readable = (text: string, { newVersion }: SourceContext): string => text.replaceAll(newVersion, '<version>');

const wordsOf = (outcomes: ReadonlySet<Outcome>): string =>
  outcomes.size === 0 ? 'none of the faults' : [...outcomes].join(', ');

const isOfNewVersion = (text: string, { newVersion }: SourceContext): boolean => text.includes(newVersion);

/**
 * Does the pattern count a request that ends so? JSON patterns meet a line that has every field they ask for, with
 * the status and the level of the outcome; a crash writes no response line, only an error. Other patterns look for
 * words of trouble.
 */
function matches(pattern: string, outcome: Outcome, { statusCode }: SourceContext): boolean {
  const isFailing = outcome === 'status' || outcome === 'throw';
  try {
    const compiled = compilePattern(pattern, DEFAULT_ASSUMPTIONS);
    if (compiled.kind === 'everything') return true;
    if (compiled.kind !== 'json') return isFailing && /error|exception|fail|fatal|5\d\d|timed out/i.test(pattern);
    if (outcome === 'throw' && /status/i.test(pattern)) return false;
    const line: Record<string, unknown> = {};
    for (const [, path = '', text, number] of pattern.matchAll(/\$\.([\w.]+)\s*=\s*(?:"([^"]*)"|(-?[\d.]+))/g))
      put(line, path, text ?? Number(number));
    for (const field of compiled.fields) {
      const path = field.replace(/^\$\./, '');
      if (/status/i.test(path)) put(line, path, outcome === 'status' ? statusCode : 200);
      else if (/level|severity/i.test(path) && !isFailing) put(line, path, 'INFO');
      else if (!isFailing && /error|exception|fault/i.test(path)) put(line, path, undefined);
    }
    return filterLine(compiled, JSON.stringify(line)).matches;
  } catch {
    return false;
  }
}

function put(line: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    line[first] = value;
    return;
  }
  const inner = (line[first] ??= {});
  if (typeof inner === 'object' && inner !== null) put(inner as Record<string, unknown>, rest.join('.'), value);
}

/** A metric of the code's own (EMF, PutMetricData), by its name. A crash publishes nothing. */
function customSource({ metricName, dimensions }: MetricStat, context: SourceContext): Found {
  const delaySeconds = seconds(context.delays.embeddedMetricMs);
  const isNew = [metricName, ...dimensions.map(({ value }) => value)].some((text) => isOfNewVersion(text, context));
  const { words, sample } = CUSTOM.find(({ name }) => name.test(metricName)) ?? BUSINESS;
  return {
    sees: isNew ? 'new' : 'both',
    sample: (outcome) => (outcome === 'throw' ? undefined : sample(outcome)),
    delaySeconds,
    assumed: `${readable(metricName, context)} is published by the code itself, and taken by its name: ${words}.`,
  };
}

interface ByName {
  readonly name: RegExp;
  readonly words: string;
  readonly sample: MetricSource['sample'];
}

const CUSTOM: readonly ByName[] = [
  {
    name: /fault|error|fail|5xx|exception/i,
    words: '1 for a failed request, 0 for another',
    sample: (outcome) => Number(outcome === 'status'),
  },
  { name: /latency|duration|elapsed/i, words: 'the duration of a request', sample: () => 'duration' },
  { name: /response|request|invocation|call|hit/i, words: '1 for every request', sample: () => 1 },
];
const BUSINESS: Omit<ByName, 'name'> = {
  words: 'at least 1 for a good answer, 0 for an empty one, nothing for a failed one',
  sample: (outcome) => (outcome === 'status' ? undefined : Number(outcome !== 'empty')),
};
