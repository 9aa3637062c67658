import type { Evidence } from './undocumented.ts';
import { PatternError } from './pattern-error.ts';
import { compileRegex } from './regex.ts';
import type { Scanner } from './scanner.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a field is compared with. */
export type Operand =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly type: 'regex'; readonly regex: RegExp };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export function takeOperator(scanner: Scanner): Operator | undefined {
  scanner.skipBlanks();
  return scanner.takeMatch(/!=|<=|>=|=|<|>/y) as Operator | undefined;
}

/** Reads the operand of `operator`; `bare` says which unquoted words are allowed. Source: FP (D), rules 1.4.5–7. */
export function takeOperand(scanner: Scanner, operator: Operator, bare: RegExp): Operand {
  scanner.skipBlanks();
  const operand = takeAnyOperand(scanner, bare);
  if (operand.type !== 'number' && operator !== '=' && operator !== '!=')
    throw new PatternError(`The operator ${operator} needs a number.`);
  return operand;
}

function takeAnyOperand(scanner: Scanner, bare: RegExp): Operand {
  const quoted = scanner.takeQuoted();
  if (quoted !== undefined) return { type: 'text', text: quoted, quoted: true };
  const regex = scanner.takeRegex();
  if (regex !== undefined) return { type: 'regex', regex: compileRegex(regex) };
  const word = scanner.takeMatch(/[^\s,&|)}]+/y) ?? '';
  if (NUMBER.test(word)) return { type: 'number', value: Number(word) };
  if (word === '' || !bare.test(word))
    throw new PatternError(
      word === '' ? `A value is missing before "${scanner.rest}".` : `The value ${word} has to stand in double quotes.`,
      word === '' ? undefined : `Invalid character(s) in term '${word}'`,
    );
  return { type: 'text', text: word, quoted: false };
}

/** `*` at the start or the end of a text stands for anything; elsewhere it is itself. Source: FP (D), rule 1.4.5. */
export function compileText(text: string): (value: string) => boolean {
  if (/^\*+$/.test(text)) return () => true;
  const open = text.startsWith('*');
  const close = text.endsWith('*');
  const core = text.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return (value) => value.includes(core);
  if (open) return (value) => value.endsWith(core);
  if (close) return (value) => value.startsWith(core);
  return (value) => value === core;
}

export function compareNumbers(operator: Operator, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return operator satisfies never;
  }
}

/** A text that reads as a number, or undefined. */
export const numberIn = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);

/** Tests a value of a JSON line. Arrays and objects never pass, whatever the operator (rule 1.4.4). */
export type ValueTest = (value: unknown, evidence: Evidence) => boolean;

export function compileJsonComparison(operator: Operator, operand: Operand): ValueTest {
  if (operand.type === 'number') return compareWithNumber(operator, operand.value);
  const wanted = operator === '=';
  const test = operand.type === 'text' ? compileText(operand.text) : (value: string) => operand.regex.test(value);
  // A bare wildcard reads numbers as well: `= *` is the idiom for "has a value" (rule 1.4.8).
  const readsNumbers =
    operand.type === 'text' && (operand.text === '*' || (!operand.quoted && operand.text.includes('*')));
  return (value, evidence) => {
    if (typeof value === 'string') return test(value) === wanted;
    if (typeof value !== 'number' && typeof value !== 'boolean') return false;
    const passes = test(String(value));
    if (passes && !readsNumbers) evidence.add('type-coercion');
    return passes === wanted;
  };
}

function compareWithNumber(operator: Operator, wanted: number): ValueTest {
  return (value, evidence) => {
    if (typeof value === 'number') return compareNumbers(operator, value, wanted);
    if (typeof value !== 'string') return false;
    const number = numberIn(value);
    if (number === undefined) return operator === '!=';
    const result = compareNumbers(operator, number, wanted);
    if (result !== (operator === '!=')) evidence.add('type-coercion');
    return result;
  };
}
