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
/** A plan does not know when it is carried out. */
const CLOCKS = new Set(['MINUTE', 'HOUR', 'DAY', 'DATE', 'MONTH', 'YEAR', 'EPOCH']);
const ACROSS_PERIODS = 'which looks at several periods at once';
const DAY_SECONDS = 86_400;

/** Why an alarm that can be rehearsed cannot be planned: it does not go by minutes one at a time. */
export function beyondPlan(alarm: MetricAlarmConfiguration): string | undefined {
  const { watches, evaluationPeriods } = alarm;
  const { periodSeconds } = watches;
  if (periodSeconds < 60) return `its periods of ${periodSeconds} s are shorter than the minutes that a plan goes by`;
  if (periodSeconds * evaluationPeriods > DAY_SECONDS) return 'it looks at more than a day, and only once an hour';
  if (watches.type === 'stat') return undefined;
  for (const query of watches.queries) {
    const reason = query.type === 'expression' ? unforeseen(parseMetricMath(query.expression)) : undefined;
    if (reason !== undefined) return `its expression "${query.id}" uses ${reason}`;
  }
  return undefined;
}

function unforeseen(expression: Expression): string | undefined {
  switch (expression.type) {
    case 'number':
    case 'text':
    case 'id':
      return undefined;
    case 'word':
      return FILLERS.has(expression.word) ? `FILL with ${expression.word}, ${ACROSS_PERIODS}` : undefined;
    case 'list':
      return firstOf(expression.items);
    case 'negate':
      return unforeseen(expression.operand);
    case 'binary':
      return unforeseen(expression.left) ?? unforeseen(expression.right);
    case 'call': {
      const { name, args } = expression;
      if (CLOCKS.has(name)) return `${name}, which goes by the clock`;
      const isOfOne = REDUCERS.has(name) && args[0]?.type !== 'list' && !isMetrics(args[0]);
      if (ACROSS.has(name) || isOfOne) return `${name}${isOfOne ? ' of one series' : ''}, ${ACROSS_PERIODS}`;
      return firstOf(args);
    }
    default:
      return expression satisfies never;
  }
}

const isMetrics = (expression: Expression | undefined): boolean =>
  expression?.type === 'call' && expression.name === 'METRICS';

function firstOf(all: readonly Expression[]): string | undefined {
  for (const each of all) {
    const found = unforeseen(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
