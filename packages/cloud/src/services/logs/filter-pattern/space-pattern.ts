/**
 * `[ip, user, ..., request = *.html*, status = 404 || status = 410, bytes]`. A line is cut at blanks and its
 * fields are given the pattern's names in order. Source: FP, FP-old (D), rules 1.5.1–1.5.5.
 */
import {
  compareNumbers,
  compileText,
  numberIn,
  type Operand,
  type Operator,
  takeOperand,
  takeOperator,
} from './comparison.ts';
import type { Line, Word } from './line.ts';
import { PatternError } from './pattern-error.ts';
import { Scanner } from './scanner.ts';
import type { Evidence } from './undocumented.ts';

type FieldTest = (value: string) => boolean;

interface Field {
  /** Empty for a field without a name: it is known by its number. */
  readonly name: string;
  readonly test?: FieldTest;
  readonly regexes: number;
}

export interface SpacePattern {
  readonly names: readonly string[];
  readonly regexes: number;
  readonly test: (line: Line, evidence: Evidence) => boolean;
  /** Every field of the line: `$name`, or `$3` for one without a name. */
  readonly extract: (line: Line) => Record<string, string>;
}

const ELLIPSIS = '...';
const MAX_REGEXES = 2;

export function parseSpacePattern(text: string): SpacePattern {
  const scanner = new Scanner(text.slice(1, -1));
  const fields = takeFields(scanner);
  refuseDuplicates(fields);
  const regexes = fields.reduce((sum, field) => sum + field.regexes, 0);
  if (regexes > MAX_REGEXES)
    throw new PatternError(`The pattern has ${regexes} regular expressions; ${MAX_REGEXES} are allowed.`);
  const assign = compileAssignment(fields);
  return {
    names: fields.flatMap(({ name }) => (name === '' || name === ELLIPSIS ? [] : [`$${name}`])),
    regexes,
    test(line, evidence) {
      const assigned = assign(line);
      if (assigned === undefined || !assigned.every(({ field, value }) => field?.test?.(value) ?? true)) return false;
      if (fields.length > 0 && absorbs(fields, line)) evidence.add('space-field-count');
      return true;
    },
    extract(line) {
      const assigned = assign(line) ?? [];
      return Object.fromEntries(assigned.map(({ field, value }, i) => [`$${field?.name || i + 1}`, value]));
    },
  };
}

function takeFields(scanner: Scanner): Field[] {
  scanner.skipBlanks();
  if (scanner.done) return [];
  const fields = [takeField(scanner)];
  while (scanner.take(',')) fields.push(takeField(scanner));
  scanner.skipBlanks();
  if (!scanner.done) throw new PatternError(`A comma is missing before "${scanner.rest}".`);
  return fields;
}

function takeField(scanner: Scanner): Field {
  scanner.skipBlanks();
  if (scanner.take(ELLIPSIS)) return { name: ELLIPSIS, regexes: 0 };
  const name = scanner.takeMatch(/[\w-]+/y) ?? '';
  const operator = takeOperator(scanner);
  if (operator === undefined) return { name, regexes: 0 };
  if (name === '') throw new PatternError(`A field with a condition needs a name, before "${scanner.rest}".`);
  return { name, ...takeConditions(scanner, name, operator) };
}

/** `status = 404 || status = 410`: every condition repeats the field's name; && binds before ||. */
function takeConditions(scanner: Scanner, name: string, first: Operator): { test: FieldTest; regexes: number } {
  let regexes = 0;
  const take = (operator: Operator): FieldTest => {
    const operand = takeOperand(scanner, operator, /^[^\s"%[\]]+$/);
    if (operand.type === 'regex') regexes++;
    return compileFieldTest(operator, operand);
  };
  const alternatives: FieldTest[][] = [[take(first)]];
  for (let joint = takeJoint(scanner); joint !== undefined; joint = takeJoint(scanner)) {
    scanner.skipBlanks();
    const repeated = scanner.takeMatch(/[\w-]+/y) ?? '';
    if (repeated !== name)
      throw new PatternError(`The conditions of the field ${name} have to repeat its name, not "${repeated}".`);
    const operator = takeOperator(scanner);
    if (operator === undefined) throw new PatternError(`An operator is missing before "${scanner.rest}".`);
    const test = take(operator);
    if (joint === '||') alternatives.push([test]);
    else alternatives.at(-1)?.push(test);
  }
  return { test: (value) => alternatives.some((tests) => tests.every((test) => test(value))), regexes };
}

const takeJoint = (scanner: Scanner): '&&' | '||' | undefined =>
  scanner.take('&&') ? '&&' : scanner.take('||') ? '||' : undefined;

function compileFieldTest(operator: Operator, operand: Operand): FieldTest {
  const wanted = operator === '=';
  switch (operand.type) {
    case 'number':
      return (value) => {
        const number = numberIn(value);
        return number === undefined ? operator === '!=' : compareNumbers(operator, number, operand.value);
      };
    case 'regex':
      return (value) => operand.regex.test(value) === wanted;
    case 'text': {
      const test = compileText(operand.text);
      return (value) => test(value) === wanted;
    }
    default:
      return operand satisfies never;
  }
}

/** Source: the console's text for it, "duplicate field '...'" (C), rule 1.5.3. */
function refuseDuplicates(fields: readonly Field[]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (name !== '' && seen.has(name)) throw new PatternError(`duplicate field '${name}'`);
    seen.add(name);
  }
}

interface Assigned {
  readonly field: Field | undefined;
  readonly value: string;
}

/** Gives each word of a line its field; undefined when the line has too few words. `[]` fits every line. */
function compileAssignment(fields: readonly Field[]): (line: Line) => readonly Assigned[] | undefined {
  const gap = fields.findIndex((field) => field.name === ELLIPSIS);
  if (fields.length === 0) return ({ words }) => words.map(({ text }) => ({ field: undefined, value: text }));
  if (gap < 0) return (line) => assignAll(fields, line);
  const behind = fields.length - gap - 1;
  return ({ words }) => {
    if (words.length < fields.length - 1) return undefined;
    const fieldAt = (i: number) => (i < gap ? fields[i] : fields[fields.length - (words.length - i)]);
    return words.map(({ text }, i) => ({
      field: i < gap || i >= words.length - behind ? fieldAt(i) : undefined,
      value: text,
    }));
  };
}

/** The last field takes the rest of the line: the guides disagree (rule 1.5.5). */
function assignAll(fields: readonly Field[], { words, message }: Line): Assigned[] | undefined {
  if (words.length < fields.length) return undefined;
  const last = fields.length - 1;
  const valueAt = (i: number, { text, start }: Word) =>
    i === last && words.length > fields.length ? message.slice(start) : text;
  return words.slice(0, fields.length).map((word, i) => ({ field: fields[i], value: valueAt(i, word) }));
}

const absorbs = (fields: readonly Field[], line: Line): boolean =>
  line.words.length > fields.length && fields.every((field) => field.name !== ELLIPSIS);
