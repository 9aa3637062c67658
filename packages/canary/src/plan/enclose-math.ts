/**
 * Metric math over a box of counts: interval arithmetic. Rounding never turns the order of two results around, so the
 * bounds hold for every value that the embedded cloud's own arithmetic gives in the box, and in a box of one point they
 * are that value. Datapoints are missing by the same rules as there; where they may be or may not, all is open.
 * Source: MM (D), as in metric-math.ts of the embedded cloud.
 */
import type { parseMetricMath } from '@unicorns/cloud/inspect';
import { between, type Bounds, type Box, type Enclosure, exactly, MISSING, OPEN, sumOver } from './enclosure.ts';

type Expression = ReturnType<typeof parseMetricMath>;
type Operator = Extract<Expression, { type: 'binary' }>['operator'];

/** One number, one time series of which one period is looked at, or several. */
export type Term =
  | { readonly type: 'scalar'; readonly of: Enclosure }
  | { readonly type: 'series'; readonly of: Enclosure }
  | { readonly type: 'list'; readonly of: readonly Enclosure[] };

export interface MathScope {
  readonly box: Box;
  readonly lookUp: (id: string) => Term;
  /** Queries that fetch data, in order: what METRICS() means. */
  readonly metricIds: readonly string[];
  readonly periodSeconds: number;
}

/** Is every part of the expression understood here? What is not has to be simulated. */
export function canBeEnclosed(expression: Expression): boolean {
  switch (expression.type) {
    case 'number':
    case 'id':
      return true;
    case 'text':
    case 'word':
      return false;
    case 'list':
      return expression.items.every(canBeEnclosed);
    case 'negate':
      return canBeEnclosed(expression.operand);
    case 'binary':
      return canBeEnclosed(expression.left) && canBeEnclosed(expression.right);
    case 'call':
      if (expression.name === 'METRICS') return true;
      return FUNCTIONS[expression.name] !== undefined && expression.args.every(canBeEnclosed);
    default:
      return expression satisfies never;
  }
}

export function encloseMath(expression: Expression, scope: MathScope): Term {
  switch (expression.type) {
    case 'number':
      return scalar(exactly(expression.value));
    case 'id':
      return scope.lookUp(expression.id);
    case 'text':
    case 'word':
      return series(OPEN);
    case 'list':
      return list(expression.items.flatMap((item) => seriesIn(encloseMath(item, scope))));
    case 'negate':
      return mapped(encloseMath(expression.operand, scope), ({ low, high }) => between(-high, -low));
    case 'binary': {
      const [left, right] = [encloseMath(expression.left, scope), encloseMath(expression.right, scope)];
      return combined(left, right, operationOf(expression.operator, scope.box));
    }
    case 'call':
      if (expression.name === 'METRICS') return metrics(expression.args[0], scope);
      return (
        FUNCTIONS[expression.name]?.(
          expression.args.map((it) => encloseMath(it, scope)),
          scope,
        ) ?? series(OPEN)
      );
    default:
      return expression satisfies never;
  }
}

const scalar = (of: Enclosure): Term => ({ type: 'scalar', of });
const series = (of: Enclosure): Term => ({ type: 'series', of });
const list = (of: readonly Enclosure[]): Term => ({ type: 'list', of });

const seriesIn = ({ type, of }: Term): readonly Enclosure[] => (type === 'list' ? of : [of]);

type Operation = (a: Bounds, b: Bounds) => Enclosure;

/** A result that is no finite number is no datapoint: where only some of the box give one, all is open. */
function finite(it: Enclosure): Enclosure {
  if (it.type !== 'value' || (Number.isFinite(it.low) && Number.isFinite(it.high))) return it;
  return Object.is(it.low, it.high) ? MISSING : OPEN;
}

const map = (it: Enclosure, change: (bounds: Bounds) => Enclosure): Enclosure =>
  it.type === 'value' ? change(it) : it;

function mapped(term: Term, change: (bounds: Bounds) => Enclosure): Term {
  if (term.type === 'scalar') return scalar(map(term.of, change));
  const changed = (it: Enclosure): Enclosure => finite(map(it, change));
  return term.type === 'series' ? series(changed(term.of)) : list(term.of.map(changed));
}

/** Between two series a missing datapoint counts as 0 where the other has a value; against a scalar it stays missing. */
function combined(left: Term, right: Term, operate: Operation): Term {
  if (right.type === 'scalar')
    return right.of.type === 'value' ? mapped(left, (bounds) => operate(bounds, right.of as Bounds)) : series(OPEN);
  if (left.type === 'scalar')
    return left.of.type === 'value' ? mapped(right, (bounds) => operate(left.of as Bounds, bounds)) : series(OPEN);
  if (left.type === 'series' && right.type === 'series') return series(joined(left.of, right.of, operate));
  const [ones, others] = [seriesIn(left), seriesIn(right)];
  const length = Math.max(ones.length, others.length);
  const at = (all: readonly Enclosure[], i: number): Enclosure => all[all.length === 1 ? 0 : i] ?? OPEN;
  return list(Array.from({ length }, (_, i) => joined(at(ones, i), at(others, i), operate)));
}

const ZERO = exactly(0);

function joined(a: Enclosure, b: Enclosure, operate: Operation): Enclosure {
  if (a.type === 'open' || b.type === 'open') return OPEN;
  if (a.type === 'missing' && b.type === 'missing') return MISSING;
  return finite(operate(a.type === 'value' ? a : ZERO, b.type === 'value' ? b : ZERO));
}

const corners =
  (operate: (a: number, b: number) => number): Operation =>
  (a, b) => {
    const all = [operate(a.low, b.low), operate(a.low, b.high), operate(a.high, b.low), operate(a.high, b.high)];
    return between(Math.min(...all), Math.max(...all));
  };

const isPoint = ({ low, high }: Bounds): boolean => low === high;
const holdsZero = ({ low, high }: Bounds): boolean => low <= 0 && high >= 0;
const truth = (isSure: boolean, isRuledOut: boolean): Enclosure =>
  isSure ? exactly(1) : isRuledOut ? exactly(0) : between(0, 1);
const isTrue = (it: Bounds): boolean => !holdsZero(it);
const isFalse = ({ low, high }: Bounds): boolean => low === 0 && high === 0;

const above: Operation = (a, b) => truth(a.low > b.high, a.high <= b.low);
const notBelow: Operation = (a, b) => truth(a.low >= b.high, a.high < b.low);
const equal: Operation = (a, b) => truth(isPoint(a) && isPoint(b) && a.low === b.low, a.low > b.high || a.high < b.low);

const OPERATIONS: Readonly<Record<Operator, Operation>> = {
  '||': (a, b) => truth(isTrue(a) || isTrue(b), isFalse(a) && isFalse(b)),
  '&&': (a, b) => truth(isTrue(a) && isTrue(b), isFalse(a) || isFalse(b)),
  '==': equal,
  '!=': (a, b) => map(equal(a, b), ({ low, high }) => between(1 - high, 1 - low)),
  '<': (a, b) => above(b, a),
  '<=': (a, b) => notBelow(b, a),
  '>': above,
  '>=': notBelow,
  '+': (a, b) => between(a.low + b.low, a.high + b.high),
  '-': (a, b) => between(a.low - b.high, a.high - b.low),
  '*': corners((a, b) => a * b),
  '/': (a, b) => (holdsZero(b) && !isPoint(b) ? OPEN : corners((x, y) => x / y)(a, b)),
  '^': (a, b) => (isPoint(b) && (a.low > 0 || isPoint(a)) ? corners((x, y) => x ** y)(a, b) : OPEN),
};

/** What two sums of counts share cancels out: without it `all - some` could be anything. */
function operationOf(operator: Operator, box: Box): Operation {
  const operate = OPERATIONS[operator];
  if (operator !== '+' && operator !== '-' && operator !== '*') return operate;
  return (a, b) => {
    const sum = combinedSum(a, b, operator);
    return sum === undefined ? operate(a, b) : sumOver(sum, box);
  };
}

function combinedSum(a: Bounds, b: Bounds, operator: '+' | '-' | '*'): readonly number[] | undefined {
  if (operator === '*') {
    const [sum, times] = a.sum ? [a.sum, b] : [b.sum, a];
    return sum && isPoint(times) && Number.isInteger(times.low) ? sum.map((each) => each * times.low) : undefined;
  }
  const sign = operator === '+' ? 1 : -1;
  return a.sum && b.sum && a.sum.map((each, i) => each + sign * (b.sum?.[i] ?? 0));
}

type MathFunction = (args: readonly Term[], scope: MathScope) => Term;

const rising =
  (change: (value: number) => number): MathFunction =>
  ([term]) =>
    term === undefined ? series(OPEN) : mapped(term, ({ low, high }) => between(change(low), change(high)));

/** Several series become one, over the points there are; of one series it would be a number for the whole range. */
const aggregated =
  (reduce: (values: readonly number[], ofAll: number) => number): MathFunction =>
  ([term]) => {
    if (term?.type !== 'list' || term.of.some(({ type }) => type === 'open')) return series(OPEN);
    const values = term.of.filter((it) => it.type === 'value');
    if (values.length === 0) return series(MISSING);
    const ofAll = term.of.length;
    return series(
      between(
        reduce(
          values.map(({ low }) => low),
          ofAll,
        ),
        reduce(
          values.map(({ high }) => high),
          ofAll,
        ),
      ),
    );
  };

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const FUNCTIONS: Readonly<Record<string, MathFunction | undefined>> = {
  SUM: aggregated(sum),
  // To an average a missing datapoint is a 0.
  AVG: aggregated((values, ofAll) => sum(values) / ofAll),
  MIN: aggregated((values) => Math.min(...values)),
  MAX: aggregated((values) => Math.max(...values)),
  ABS: ([term]) =>
    term === undefined
      ? series(OPEN)
      : mapped(term, (it) => {
          const [low, high] = [Math.abs(it.low), Math.abs(it.high)];
          return between(holdsZero(it) ? 0 : Math.min(low, high), Math.max(low, high));
        }),
  CEIL: rising(Math.ceil),
  FLOOR: rising(Math.floor),
  PERIOD: (_, { periodSeconds }) => scalar(exactly(periodSeconds)),
  IF: ifThenElse,
  FILL: ([term, by]) => (term === undefined || by === undefined ? series(OPEN) : filled(term, by)),
};

function metrics(filter: Expression | undefined, { lookUp, metricIds }: MathScope): Term {
  const wanted = filter?.type === 'text' ? filter.text : filter?.type === 'word' ? filter.word : '';
  return list(metricIds.filter((id) => id.includes(wanted)).flatMap((id) => seriesIn(lookUp(id))));
}

function ifThenElse([condition, a, b]: readonly Term[]): Term {
  if (condition === undefined || a === undefined || condition.of === OPEN) return series(OPEN);
  if (condition.type === 'list' || a.type === 'list' || b?.type === 'list') return series(OPEN);
  if (condition.of.type !== 'value') return series(condition.of);
  const isScalar = condition.type === 'scalar';
  // A scalar condition chooses a whole operand, holes and all; a missing datapoint counts as 0 beside a series.
  const whenTrue = isScalar || a.of.type !== 'missing' ? a.of : exactly(0);
  const missingElse = !isScalar && a.type === 'series' ? exactly(0) : MISSING;
  const whenFalse = b === undefined ? MISSING : b.of.type === 'missing' ? missingElse : b.of;
  const chosen = isTrue(condition.of) ? whenTrue : isFalse(condition.of) ? whenFalse : hull(whenTrue, whenFalse);
  return isScalar && a.type === 'scalar' && b?.type === 'scalar' ? scalar(chosen) : series(finite(chosen));
}

function hull(a: Enclosure, b: Enclosure): Enclosure {
  if (a.type === 'missing' && b.type === 'missing') return MISSING;
  if (a.type !== 'value' || b.type !== 'value') return OPEN;
  return between(Math.min(a.low, b.low), Math.max(a.high, b.high));
}

function filled(term: Term, by: Term): Term {
  const fill = (it: Enclosure): Enclosure => (it.type === 'missing' && by.type !== 'list' ? finite(by.of) : it);
  if (term.type === 'scalar') return term;
  return term.type === 'series' ? series(fill(term.of)) : list(term.of.map(fill));
}
