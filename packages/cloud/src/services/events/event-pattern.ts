/**
 * The pattern language of EventBridge. A pattern is an object whose leaves are lists: an event matches where each field
 * that the pattern names has a value that one entry of its list takes. Source: EventBridge user guide,
 * eb-create-pattern-operators; the grammar and the texts of its errors: github.com/aws/event-ruler (D).
 */
import { AwsError } from '../../aws-error.ts';
import { inCidr } from './cidr.ts';

/** What one entry of a list says of a value; undefined stands for a field that is not there. */
type Takes = (value: unknown) => boolean;

export type EventPattern = (event: object) => boolean;

/** Compiles a pattern. Throws InvalidEventPatternException for one that EventBridge would not take. */
export function readPattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('Filter is not a valid JSON');
  }
  if (!isObject(pattern)) throw invalid('Filter is not an object');
  const matcher = readObject(pattern);
  return (event) => matcher([event]);
}

/** Takes all values that stand at one place: an array in an event offers each of its elements. */
type Matcher = (candidates: readonly unknown[]) => boolean;

function readObject(pattern: Readonly<Record<string, unknown>>): Matcher {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed');
  const all = entries.map(([name, below]) => (name === '$or' && isOr(below) ? readOr(below) : readField(name, below)));
  // All fields of one element: an array offers no field of one and another field of the next.
  return (candidates) =>
    (candidates.length === 0 ? [undefined] : candidates).some((one) => all.every((matches) => matches([one])));
}

function readField(name: string, below: unknown): Matcher {
  if (!Array.isArray(below) && !isObject(below)) throw invalid(`"${name}" must be an object or an array`);
  const matches = Array.isArray(below) ? readList(below) : readObject(below);
  return (candidates) =>
    matches(candidates.flatMap((it) => (isObject(it) && Object.hasOwn(it, name) ? elements(it[name]) : [])));
}

/**
 * `$or` is an operator only over two objects or more in which no field is named like an operator; else it is a field
 * of that name. Source: github.com/aws/event-ruler, README, The "$or" Primitive; Constants.java (D).
 */
const isOr = (below: unknown): below is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(below) &&
  below.length >= 2 &&
  below.every((each) => isObject(each) && !Object.keys(each).some((name) => RESERVED_IN_OR.has(name)));

const RESERVED_IN_OR: ReadonlySet<string> = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= ' +
    'regex not-wildcard not-equals-ignore-case ip-address-in-range ip-address-not-in-range ' +
    'date-after date-on-or-after date-before date-on-or-before in-date-range'
  ).split(' '),
);

function readOr(alternatives: readonly Readonly<Record<string, unknown>>[]): Matcher {
  const all = alternatives.map(readObject);
  return (candidates) => all.some((matches) => matches(candidates));
}

function readList(entries: readonly unknown[]): Matcher {
  if (entries.length === 0) throw invalid('Empty arrays are not allowed');
  const all = entries.map(readEntry);
  return (candidates) => {
    // A field is there when it has a value of its own: an object alone is a place on the way to others.
    const values = candidates.filter((it) => !isObject(it));
    return all.some((takes) => (values.length === 0 ? takes(undefined) : values.some(takes)));
  };
}

const elements = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(elements) : [value]);

function readEntry(entry: unknown): Takes {
  if (!isObject(entry)) return equals(entry);
  const [[name, operand] = ['', undefined], ...more] = Object.entries(entry);
  if (more.length > 0) throw invalid('Only one key allowed in match expression');
  const read = OPERATORS[name];
  if (read === undefined) throw invalid(`Unrecognized match type ${name}`);
  return read(operand);
}

const equals =
  (wanted: unknown): Takes =>
  (value) =>
    value === wanted;

const OPERATORS: Readonly<Record<string, (operand: unknown) => Takes>> = {
  prefix: (operand) => affix('prefix', operand, (value, wanted) => value.startsWith(wanted)),
  suffix: (operand) => affix('suffix', operand, (value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': (operand) => {
    const wanted = textOf('equals-ignore-case', operand).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand) => wildcard(textOf('wildcard', operand)),
  exists(operand) {
    if (typeof operand !== 'boolean') throw invalid('exists match pattern must be either true or false.');
    return (value) => (value !== undefined) === operand;
  },
  numeric: readNumeric,
  cidr(operand) {
    const within = inCidr(textOf('cidr', operand));
    if (within === undefined) throw invalid(`Malformed CIDR, one '/' required`);
    return (value) => typeof value === 'string' && within(value);
  },
  'anything-but': readAnythingBut,
};

function textOf(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw invalid(`${operator} match pattern must be a string`);
  return operand;
}

/** `{ "prefix": "a" }`, or `{ "prefix": { "equals-ignore-case": "A" } }`. */
function affix(operator: string, operand: unknown, holds: (value: string, wanted: string) => boolean): Takes {
  const folded = isObject(operand) ? operand['equals-ignore-case'] : undefined;
  if (folded === undefined) {
    const wanted = textOf(operator, operand);
    return (value) => typeof value === 'string' && holds(value, wanted);
  }
  const wanted = textOf(operator, folded).toLowerCase();
  return (value) => typeof value === 'string' && holds(value.toLowerCase(), wanted);
}

/** `*` stands for any characters, `\\*` for a star. */
function wildcard(text: string): Takes {
  if (text.includes('**')) throw invalid('Consecutive wildcard characters at pos ' + (text.indexOf('**') + 1));
  const parts = [...text.matchAll(/\\([*\\])|\*|[^*\\]+|\\/g)].map(([part, escaped]) =>
    part === '*' ? '.*' : (escaped ?? part).replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
  );
  const whole = new RegExp(`^${parts.join('')}$`, 's');
  return (value) => typeof value === 'string' && whole.test(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0, "<=", 5]`. */
function readNumeric(operand: unknown): Takes {
  if (!Array.isArray(operand)) throw invalid('Value of numeric must be an array.');
  if (operand.length !== 2 && operand.length !== 4)
    throw invalid(operand.length < 2 ? 'Invalid member in numeric match' : 'Too many terms in numeric range');
  const bounds = Array.from({ length: operand.length / 2 }, (_, i) => readBound(operand[2 * i], operand[2 * i + 1]));
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

function readBound(operator: unknown, bound: unknown): (value: number) => boolean {
  const compare = COMPARISONS[String(operator)];
  if (compare === undefined) throw invalid(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof bound !== 'number') throw invalid(`Value of ${String(operator)} must be numeric`);
  return (value) => compare(value, bound);
}

/** A value, a list of them, or one operator over one or more texts. A field that is not there is nothing but nothing. */
function readAnythingBut(operand: unknown): Takes {
  const refused = readRefused(operand);
  return (value) => value !== undefined && !refused.some((takes) => takes(value));
}

function readRefused(operand: unknown): readonly Takes[] {
  if (isObject(operand)) {
    const [[name, of] = ['', undefined]] = Object.entries(operand);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
      throw invalid(`Unsupported anything-but pattern: ${name}`);
    return listOf(of).map((it) => readEntry({ [name]: it }));
  }
  const all = listOf(operand);
  if (all.length === 0) throw invalid('Empty arrays are not allowed');
  const [kind, ...others] = new Set(all.map((it) => typeof it));
  if ((kind !== 'string' && kind !== 'number') || others.length > 0)
    throw invalid('Inside anything but list, either all values are number or string, mixed type is not supported');
  return all.map(equals);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
