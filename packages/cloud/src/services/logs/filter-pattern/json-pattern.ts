/**
 * `{ $.statusCode >= 500 && $.log = "response" }`. The grammar, loosest first:
 *
 *     or         = and ( "||" and )*
 *     and        = primary ( "&&" primary )*
 *     primary    = "(" or ")" | comparison
 *     comparison = selector ( operator operand | IS NULL | IS TRUE | IS FALSE | NOT EXISTS )
 *
 * Source: FP (D), rules 1.4.1–1.4.12.
 */
import {
  compileJsonComparison,
  type Operand,
  type Operator,
  takeOperand,
  takeOperator,
  type ValueTest,
} from './comparison.ts';
import type { JsonObject, Line } from './line.ts';
import { PatternError } from './pattern-error.ts';
import { Scanner } from './scanner.ts';
import { type Selector, takeSelector } from './selector.ts';
import type { Evidence } from './undocumented.ts';

type JsonTest = (json: JsonObject, evidence: Evidence) => boolean;

interface Clause {
  readonly test: JsonTest;
  readonly selectors: readonly Selector[];
  /** Texts that every matching line holds, if it spells nothing with \u: most lines are refused by them unparsed. */
  readonly needs: readonly string[];
  readonly regexes: number;
}

export interface JsonPattern {
  readonly selectors: readonly Selector[];
  readonly regexes: number;
  /** Does the line's JSON satisfy the pattern? `undefined` JSON never does. */
  readonly test: (line: Line, evidence: Evidence) => boolean;
}

const MAX_WILDCARDS = 3;
const MAX_REGEXES = 2;
/**
 * Letters, digits and underscore, a `*`, and dots: the guide has the start of an IP address (rule 1.4.5), the CIS AWS
 * Foundations Benchmark `$.eventSource = kms.amazonaws.com`, which AWS accepts (C).
 */
const BARE_VALUE = /^[\w*.]+$/;

export function parseJsonPattern(text: string): JsonPattern {
  const scanner = new Scanner(text.slice(1, -1));
  const { test, selectors, needs, regexes } = parseOr(scanner);
  scanner.skipBlanks();
  if (!scanner.done) throw new PatternError(`The pattern goes on where it should end: "${scanner.rest}".`);
  const wildcards = selectors.filter((selector) => selector.hasWildcard).length;
  if (wildcards > MAX_WILDCARDS)
    throw new PatternError(`The pattern has ${wildcards} wildcard selectors; ${MAX_WILDCARDS} are allowed.`);
  if (regexes > MAX_REGEXES)
    throw new PatternError(`The pattern has ${regexes} regular expressions; ${MAX_REGEXES} are allowed.`);
  return {
    selectors,
    regexes,
    test(line, evidence) {
      for (const need of needs) if (line.lacks(need)) return false;
      return line.json !== undefined && test(line.json, evidence);
    },
  };
}

function parseOr(scanner: Scanner): Clause {
  const clauses = [parseAnd(scanner)];
  while (scanner.take('||')) clauses.push(parseAnd(scanner));
  const [only] = clauses;
  if (only !== undefined && clauses.length === 1) return only;
  const tests = clauses.map((clause) => clause.test);
  return { ...merge(clauses), needs: [], test: (json, evidence) => tests.some((test) => test(json, evidence)) };
}

function parseAnd(scanner: Scanner): Clause {
  const clauses = [parsePrimary(scanner)];
  while (scanner.take('&&')) clauses.push(parsePrimary(scanner));
  const [only] = clauses;
  if (only !== undefined && clauses.length === 1) return only;
  const tests = clauses.map((clause) => clause.test);
  return { ...merge(clauses), test: (json, evidence) => tests.every((test) => test(json, evidence)) };
}

const merge = (clauses: readonly Clause[]): Omit<Clause, 'test'> => ({
  selectors: clauses.flatMap((clause) => clause.selectors),
  needs: clauses.flatMap((clause) => clause.needs),
  regexes: clauses.reduce((sum, clause) => sum + clause.regexes, 0),
});

function parsePrimary(scanner: Scanner): Clause {
  if (!scanner.take('(')) return parseComparison(scanner);
  const inner = parseOr(scanner);
  if (!scanner.take(')')) throw new PatternError(`A parenthesis is not closed before "${scanner.rest}".`);
  return inner;
}

function parseComparison(scanner: Scanner): Clause {
  scanner.skipBlanks();
  const selector = takeSelector(scanner);
  const state = takeState(scanner);
  if (state !== undefined) return compileState(selector, state);
  const operator = takeOperator(scanner);
  if (operator === undefined)
    throw new PatternError(`An operator is missing after ${selector.text}, before "${scanner.rest}".`);
  return compileComparison(selector, operator, takeOperand(scanner, operator, BARE_VALUE));
}

const STATES = ['IS NULL', 'IS TRUE', 'IS FALSE', 'NOT EXISTS'] as const;
type State = (typeof STATES)[number];

function takeState(scanner: Scanner): State | undefined {
  scanner.skipBlanks();
  const words = scanner.takeMatch(/(?:IS|NOT)\s+[A-Z]+/y)?.replace(/\s+/, ' ');
  const state = STATES.find((known) => known === words);
  if (words !== undefined && state === undefined)
    throw new PatternError(`"${words}" is not one of ${STATES.join(', ')}.`);
  return state;
}

function compileState(selector: Selector, state: State): Clause {
  const base = { selectors: [selector], regexes: 0 };
  if (state === 'NOT EXISTS') return { ...base, needs: [], test: (json) => !selector.some(json, () => true) };
  const wanted = state === 'IS NULL' ? null : state === 'IS TRUE';
  return { ...base, needs: keyNeeds(selector), test: (json) => selector.some(json, (value) => value === wanted) };
}

function compileComparison(selector: Selector, operator: Operator, operand: Operand): Clause {
  const passes = compileJsonComparison(operator, operand);
  return {
    selectors: [selector],
    regexes: operand.type === 'regex' ? 1 : 0,
    needs: operator === '!=' ? [] : needsOf(selector, operator, operand),
    test:
      operator === '!='
        ? compileNotEqual(selector, passes)
        : (json, evidence) => selector.some(json, (value) => passes(value, evidence)),
  };
}

/** `!=` where there is no value: assumption `not-equal-missing-field`. */
function compileNotEqual(selector: Selector, passes: ValueTest): JsonTest {
  return (json, evidence) => {
    let hasValue = false;
    const matches = selector.some(json, (value) => {
      if (value !== null) hasValue = true;
      return passes(value, evidence);
    });
    if (!hasValue) evidence.add('not-equal-missing-field');
    return matches;
  };
}

/** JSON spells these characters as themselves (or as \u…, which `hidesText` tells). */
const PLAIN = /^[\w .:@-]+$/;

const keyNeeds = ({ firstKey }: Selector): string[] =>
  firstKey !== undefined && PLAIN.test(firstKey) ? [`"${firstKey}"`] : [];

/** A value that has to be there tells nearly all that its name could tell. */
function needsOf(selector: Selector, operator: Operator, operand: Operand): string[] {
  const values = valueNeeds(operator, operand);
  return values.length > 0 ? values : keyNeeds(selector);
}

/** A text that a number or a boolean could be coerced to is not looked for: the coercion has to be noticed. */
function valueNeeds(operator: Operator, operand: Operand): string[] {
  if (operator !== '=' || operand.type !== 'text' || operand.text.includes('*')) return [];
  return PLAIN.test(operand.text) && /^[A-Za-z]/.test(operand.text) && !/^(?:true|false)$/.test(operand.text)
    ? [`"${operand.text}"`]
    : [];
}
