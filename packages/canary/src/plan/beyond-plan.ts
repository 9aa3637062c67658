import { type MetricAlarmConfiguration, parseMetricMath } from '@unicorns/cloud';

type Expression = ReturnType<typeof parseMetricMath>;

/** Functions whose value at one period hangs on others, and words that make FILL do so. */
const ACROSS = new Set([
  'RATE',
  'DIFF',
  'DIFF_TIME',
  'RUNNING_SUM',
  'SORT',
  'SLICE',
  'DATAPOINT_COUNT',
  'REMOVE_EMPTY',
]);
const FILLERS = new Set(['REPEAT', 'LINEAR']);
/** Of one series they make one number for the whole range. */
const REDUCERS = new Set(['SUM', 'AVG', 'MIN', 'MAX', 'STDDEV']);
const DAY_SECONDS = 86_400;

/** Why an alarm that can be rehearsed cannot be planned: it does not go by minutes one at a time. */
export function beyondPlan(alarm: MetricAlarmConfiguration): string | undefined {
  const { watches, evaluationPeriods, evaluateLowSampleCountPercentile } = alarm;
  const { periodSeconds } = watches;
  if (periodSeconds < 60) return `its periods of ${periodSeconds} s are shorter than the minutes that a plan goes by`;
  if (periodSeconds * evaluationPeriods > DAY_SECONDS) return 'it looks at more than a day, and only once an hour';
  if (evaluateLowSampleCountPercentile === 'ignore') return 'it passes over percentiles of few samples';
  if (watches.type === 'stat') return undefined;
  for (const query of watches.queries) {
    const name = query.type === 'expression' ? acrossPeriods(parseMetricMath(query.expression)) : undefined;
    if (name !== undefined) return `its expression "${query.id}" uses ${name}, which looks at several periods at once`;
  }
  return undefined;
}

function acrossPeriods(expression: Expression): string | undefined {
  switch (expression.type) {
    case 'number':
    case 'text':
    case 'id':
      return undefined;
    case 'word':
      return FILLERS.has(expression.word) ? `FILL with ${expression.word}` : undefined;
    case 'list':
      return firstOf(expression.items);
    case 'negate':
      return acrossPeriods(expression.operand);
    case 'binary':
      return acrossPeriods(expression.left) ?? acrossPeriods(expression.right);
    case 'call': {
      const { name, args } = expression;
      if (ACROSS.has(name)) return name;
      const isOfOne = REDUCERS.has(name) && args[0]?.type !== 'list' && !isMetrics(args[0]);
      return isOfOne ? `${name} of one series` : firstOf(args);
    }
    default:
      return expression satisfies never;
  }
}

const isMetrics = (expression: Expression | undefined): boolean =>
  expression?.type === 'call' && expression.name === 'METRICS';

function firstOf(all: readonly Expression[]): string | undefined {
  for (const each of all) {
    const found = acrossPeriods(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
