/** Does the line that a filter waits for arrive, and in the shape that the filter reads? */
import { comparisonsIn, stepsOf } from '../candidate-lines.ts';
import type { Observation, Rule } from '../finding.ts';
import { mentions } from '../template/bundle.ts';
import type { MetricFilter } from '../template/metric-filters.ts';
import type { Branch, JudgedResource } from '../template/read-branch.ts';
import { record, text } from '../template/values.ts';
import { filtersOf, gatesOf, isOfAws } from './gates.ts';
import { gatingFilters } from './filters.ts';

const functionOf = ({ functionId }: MetricFilter, branch: Branch): JudgedResource | undefined =>
  functionId === undefined ? undefined : branch.resources.get(functionId);

const isNode = ({ properties }: JudgedResource): boolean => (text(properties['Runtime']) ?? '').startsWith('nodejs');

const logFormat = ({ properties }: JudgedResource): string =>
  text(record(properties['LoggingConfig'])['LogFormat']) ?? 'Text';

/** Writers that pass Lambda by: their lines are stored as they are. */
const BARE_WRITERS = ['powertools', 'process.stdout.write', 'pino'];

/** Undefined: no code at hand. */
function writesBare({ id }: JudgedResource, branch: Branch): boolean | undefined {
  const bundle = branch.bundleOf(id);
  return bundle && BARE_WRITERS.some((word) => mentions(bundle, word));
}

const at = ({ resource }: MetricFilter, message: string): Observation => ({
  resourceId: resource.id,
  at: ['Properties', 'FilterPattern'],
  message,
});

export const textPrefix: Rule = {
  id: 'filter-text-prefix',
  severity: 'warning',
  title: 'A JSON filter on lines that begin with text',
  onAws:
    'In the text format console.log writes time, request id and level before the JSON. Whether a JSON pattern matches such a line is not documented, and reports differ (assumption json-text-prefix).',
  cure: 'Write bare JSON: Powertools’ Logger, process.stdout.write, or LoggingConfig.LogFormat: JSON (the fields of console.log are then under $.message).',
  source: 'P20, cloudwatch 1.6',
  *judge(branch) {
    for (const filter of gatingFilters(branch)) {
      const fn = functionOf(filter, branch);
      if (fn === undefined || filter.pattern?.kind !== 'json' || !isNode(fn) || logFormat(fn) === 'JSON') continue;
      if (writesBare(fn, branch) !== true)
        yield at(filter, `${fn.id} logs in the text format; the gate hangs on a JSON pattern.`);
    }
  },
};

export const nestedField: Rule = {
  id: 'filter-nested-field',
  severity: 'warning',
  title: 'A filter on fields that the JSON log format nests',
  onAws:
    'With LogFormat: JSON an object given to console.log becomes the member "message" of Lambda’s own record. A selector at the top finds nothing. Powertools’ lines stay as they are.',
  cure: 'Select $.message.field, or write the line with Powertools’ Logger or process.stdout.write.',
  source: 'P20, cloudwatch 1.6, 4.6',
  *judge(branch) {
    for (const filter of gatingFilters(branch)) {
      const fn = functionOf(filter, branch);
      if (fn === undefined || filter.pattern?.kind !== 'json' || !isNode(fn) || logFormat(fn) !== 'JSON') continue;
      const nested = comparisonsIn(filter.patternText).filter(
        ({ selector }) => !LAMBDA_KEYS.has(stepsOf(selector)[0] ?? ''),
      );
      const bare = writesBare(fn, branch);
      if (nested.length === 0 || bare === true) continue;
      const fields = [...new Set(nested.map(({ selector }) => selector))].join(', ');
      yield {
        ...at(
          filter,
          bare === false
            ? `${fn.id} logs in JSON with nothing but console: ${fields} are under $.message.`
            : `${fn.id} logs in JSON: with console.log, ${fields} are under $.message.`,
        ),
        ...(bare === undefined && { severity: 'note' }),
      };
    }
  },
};

/** Members of Lambda's own JSON records. */
const LAMBDA_KEYS = new Set([
  'timestamp',
  'level',
  'requestId',
  'message',
  'time',
  'type',
  'record',
  'tenantId',
  'errorType',
  'errorMessage',
  'stackTrace',
]);
/** Powertools' Logger adds these. */
const LOGGER_KEYS = new Set([
  'service',
  'cold_start',
  'function_arn',
  'function_name',
  'function_request_id',
  'function_memory_size',
  'sampling_rate',
  'xray_trace_id',
  'error',
]);

export const lineNotWritten: Rule = {
  id: 'line-not-written',
  severity: 'warning',
  title: 'A filter waits for a field that the code does not name',
  onAws: 'No line has the field, the filter never matches, and the gate behind it is blind.',
  cure: 'Write the line that the pattern describes, spelled alike.',
  source: 'cloudwatch 1.4',
  *judge(branch) {
    for (const filter of gatingFilters(branch)) {
      const fn = functionOf(filter, branch);
      const bundle = fn && branch.bundleOf(fn.id);
      if (fn === undefined || bundle === undefined || !bundle.isWhole || filter.pattern?.kind !== 'json') continue;
      const keys = comparisonsIn(filter.patternText)
        .filter(({ operator }) => operator !== 'NOT EXISTS')
        .flatMap(({ selector }) => stepsOf(selector).filter((step) => /^[A-Za-z_]\w*$/.test(step)));
      const missing = [...new Set(keys)].filter(
        (key) => !LAMBDA_KEYS.has(key) && !LOGGER_KEYS.has(key) && !mentions(bundle, key),
      );
      if (missing.length > 0)
        yield at(filter, `The code of ${fn.id} never names ${missing.map((key) => `"${key}"`).join(', ')}.`);
    }
  },
};

export const metricNotWritten: Rule = {
  id: 'metric-not-in-code',
  severity: 'warning',
  title: 'A metric that neither a filter nor the code publishes',
  onAws: 'The alarm never gets data and never fires.',
  cure: 'Publish the metric (EMF, PutMetricData) under the name that the alarm has.',
  source: 'P6, cloudwatch 2.1',
  *judge(branch) {
    for (const { alias, alarm } of gatesOf(branch))
      for (const metric of alarm.metrics) {
        const bundle = branch.bundleOf(alias.functionId);
        if (isOfAws(metric) || filtersOf(metric, branch).length > 0 || bundle === undefined || !bundle.isWhole)
          continue;
        if (!branch.names.isKnown(metric.metricName) || branch.names.versionIn(metric.metricName) !== undefined)
          continue;
        if (!mentions(bundle, metric.metricName))
          yield {
            resourceId: alarm.resource.id,
            at: ['Properties', 'MetricName'],
            message: `The code of ${alias.functionId} never names ${metric.metricName}, and no filter publishes it.`,
          };
      }
  },
};

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'CRITICAL', 'SILENT'];
const dropsInfo = (level: string | undefined): boolean =>
  LEVELS.indexOf(level?.toUpperCase() ?? '') > LEVELS.indexOf('INFO');

export const levelDropsEvidence: Rule = {
  id: 'log-level',
  severity: 'warning',
  title: 'A log level that drops what the gates read',
  onAws:
    'Lines below the level are never stored. Response lines are usually logged at INFO; EMF documents have no level, count as INFO, and their metrics go with them (not confirmed).',
  cure: 'ApplicationLogLevel: INFO, and INFO for Powertools and the logger of the code.',
  source: 'cloudwatch 4.6, 2.4, 7 #15',
  *judge(branch) {
    const told = new Set<string>();
    for (const { alias, alarm } of gatesOf(branch)) {
      const fn = branch.resources.get(alias.functionId);
      if (fn === undefined) continue;
      for (const metric of alarm.metrics) {
        if (isOfAws(metric)) continue;
        const wrong = dropped(fn, filtersOf(metric, branch).length > 0);
        if (wrong === undefined || told.has(`${fn.id} ${wrong.message}`)) continue;
        told.add(`${fn.id} ${wrong.message}`);
        yield { resourceId: fn.id, at: wrong.at, message: `${wrong.message}; ${alarm.resource.id} hangs on it.` };
      }
    }
  },
};

const inEnvironment = (name: string, message: string) => ({
  at: ['Properties', 'Environment', 'Variables', name],
  message,
});

function dropped(
  fn: JudgedResource,
  isFilter: boolean,
): { readonly at: readonly string[]; readonly message: string } | undefined {
  const logging = record(fn.properties['LoggingConfig']);
  const variables = record(record(fn.properties['Environment'])['Variables']);
  const level = text(logging['ApplicationLogLevel']);
  const what = isFilter ? 'response lines at INFO' : 'EMF metrics';
  if (logFormat(fn) === 'JSON' && dropsInfo(level))
    return {
      at: ['Properties', 'LoggingConfig', 'ApplicationLogLevel'],
      message: `ApplicationLogLevel ${level ?? ''} drops ${what}`,
    };
  for (const name of ['POWERTOOLS_LOG_LEVEL', 'LOG_LEVEL'])
    if (isFilter && dropsInfo(text(variables[name])))
      return inEnvironment(name, `${name} ${text(variables[name]) ?? ''} drops ${what}`);
  for (const name of ['POWERTOOLS_METRICS_DISABLED', 'POWERTOOLS_DEV'])
    if (!isFilter && text(variables[name]) === 'true') return inEnvironment(name, `${name} switches metrics off`);
  return undefined;
}

export const logLineRules: readonly Rule[] = [
  textPrefix,
  nestedField,
  lineNotWritten,
  metricNotWritten,
  levelDropsEvidence,
];
