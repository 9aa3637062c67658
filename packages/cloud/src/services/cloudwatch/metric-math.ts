/**
 * Metric math over a grid of periods. Every value is a scalar, a time series with one place per period (undefined
 * where it has no datapoint), or a list of series. What a missing datapoint means depends on the operation.
 * Source: MM (D).
 */
import { FUNCTIONS } from './metric-math-functions.ts';
import { MetricMathError } from './metric-math-parse.ts';
import type { Expression, Operator } from './metric-math-parse.ts';
import { finite, list, mapPoints, nameOf, scalar, series, seriesIn } from './metric-math-value.ts';
import type { MathContext, MathValue, Points } from './metric-math-value.ts';

export function evaluateMath(expression: Expression, context: MathContext): MathValue {
  const evaluate = (it: Expression): MathValue => evaluateMath(it, context);
  switch (expression.type) {
    case 'number':
      return scalar(expression.value);
    case 'text':
      return { type: 'word', word: expression.text };
    case 'word':
      return { type: 'word', word: expression.word };
    case 'id':
      return context.lookUp(expression.id);
    case 'list':
      return list(expression.items.map(evaluate).flatMap((value) => seriesIn(value, context)));
    case 'negate':
      return mapPoints(evaluate(expression.operand), (value) => -value);
    case 'binary':
      return combine(evaluate(expression.left), evaluate(expression.right), expression.operator);
    case 'call': {
      const known = FUNCTIONS[expression.name];
      if (known === undefined) throw new MetricMathError(`Unknown function ${expression.name}.`);
      const [fewest, most] = known.arity;
      if (expression.args.length < fewest || expression.args.length > most)
        throw new MetricMathError(
          `${expression.name} takes ${fewest === most ? fewest : `${fewest} to ${most}`} arguments.`,
        );
      return known.apply(expression.args.map(evaluate), context);
    }
    default:
      return expression satisfies never;
  }
}

/** The one time series an expression gives; a scalar or several series are none. */
export function asSingleSeries(value: MathValue): Points {
  if (value.type === 'series') return value.points;
  const [only, second] = value.type === 'list' ? value.series : [];
  if (only === undefined || second !== undefined)
    throw new MetricMathError(`The expression must give a single time series, and gives ${nameOf(value)}.`);
  return only;
}

const OPERATIONS: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

/**
 * Between two series a missing datapoint counts as 0 where the other one has a value, in arithmetic and in
 * comparisons; what would divide by zero is dropped. Against a scalar a missing datapoint stays missing.
 */
function combine(left: MathValue, right: MathValue, operator: Operator): MathValue {
  // A scalar that does not exist (the maximum of no datapoints) is in no order: what is compared with it is none either.
  const operate = (a: number, b: number) =>
    Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : OPERATIONS[operator](a, b);
  if (right.type === 'scalar') return mapPoints(left, (a) => operate(a, right.value));
  if (left.type === 'scalar') return mapPoints(right, (b) => operate(left.value, b));
  if (left.type === 'word' || right.type === 'word')
    throw new MetricMathError(
      `"${operator}" takes numbers and time series, not ${nameOf(left.type === 'word' ? left : right)}.`,
    );
  const zip = (a: Points, b: Points): Points =>
    a.map((x, i) => (x === undefined && b[i] === undefined ? undefined : finite(operate(x ?? 0, b[i] ?? 0))));
  if (left.type === 'series' && right.type === 'series') return series(zip(left.points, right.points));
  if (left.type === 'series' && right.type === 'list') return list(right.series.map((each) => zip(left.points, each)));
  if (left.type === 'list' && right.type === 'series') return list(left.series.map((each) => zip(each, right.points)));
  if (left.type === 'list' && right.type === 'list') return combineLists(left.series, right.series, zip);
  throw new MetricMathError(`"${operator}" cannot combine ${nameOf(left)} and ${nameOf(right)}.`);
}

function combineLists(
  left: readonly Points[],
  right: readonly Points[],
  zip: (a: Points, b: Points) => Points,
): MathValue {
  if (left.length !== right.length)
    throw new MetricMathError(`Lists of ${left.length} and ${right.length} time series cannot be combined.`);
  return list(left.map((each, i) => zip(each, right[i] ?? [])));
}
