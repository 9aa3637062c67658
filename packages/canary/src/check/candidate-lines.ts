/**
 * Lines that a filter pattern may have been written for, made from its own words: every comparison gives values on
 * both sides of it, and the filter compiler says which lines match. Where the search cannot try everything, that it finds
 * nothing proves nothing.
 */
import { filterLine, type FilterPattern } from '@unicorns/cloud/inspect';
import { ABSENT, type Candidate, candidatesFor, characterOutside, type Json } from './candidate-values.ts';

/** A comparison of a JSON pattern: `$.statusCode >= 500`. */
export interface Comparison {
  readonly selector: string;
  readonly operator: string;
  /** Without its quotes. */
  readonly operand: string;
  readonly isQuoted: boolean;
}

const SELECTOR = String.raw`\$(?:\.[\w-]+|\.\*|\.?\['[^']*'\]|\.?\["[^"]*"\]|\[\d+\]|\[\*\])+`;
const COMPARISON = new RegExp(
  `(?<selector>${SELECTOR})\\s*(?:(?<operator>!=|>=|<=|=|>|<)\\s*(?<operand>"(?:[^"\\\\]|\\\\.)*"|%[^%]*%|[^\\s&|()}]+)|(?<state>IS\\s+NULL|IS\\s+TRUE|IS\\s+FALSE|NOT\\s+EXISTS))`,
  'g',
);
const MOST_LINES = 4_000;

/** The comparisons of a JSON pattern, in order; those that state (IS NULL …) have it as operator. */
export const comparisonsIn = (pattern: string): readonly Comparison[] =>
  [...pattern.matchAll(COMPARISON)].map(({ groups = {} }) => {
    const { selector = '', operator = '', operand = '', state } = groups;
    const isQuoted = operand.startsWith('"');
    return {
      selector,
      operator: state?.replace(/\s+/, ' ') ?? operator,
      operand: isQuoted ? unquoted(operand) : operand,
      isQuoted,
    };
  });

/** `\"` and `\\` stand for themselves. */
const unquoted = (text: string): string => text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');

/** `$.a.b[0]` → its steps. */
export const stepsOf = (selector: string): readonly string[] =>
  [...selector.slice(1).matchAll(/\.?\['([^']*)'\]|\.?\["([^"]*)"\]|\.([\w-]+|\*)|\[(\d+|\*)\]/g)].map(
    ([, single, double, key, index]) => single ?? double ?? key ?? `[${index === '*' ? '0' : (index ?? '')}]`,
  );

export type Search =
  | { readonly type: 'found'; readonly line: string; readonly undocumented: readonly string[] }
  | { readonly type: 'none' }
  /** The pattern has something in it that the search cannot make lines for. */
  | { readonly type: 'unknown' };

/** Looks for a line that matches; `fixed` says which values a selector may have. */
export function findMatchingLine(
  pattern: FilterPattern,
  fixed: ReadonlyMap<string, readonly Json[]> = new Map(),
): Search {
  if (pattern.kind === 'terms') return findTerms(pattern);
  if (pattern.kind !== 'json') return pattern.kind === 'everything' ? found(pattern, 'x') : { type: 'unknown' };
  const comparisons = comparisonsIn(pattern.text);
  if (pattern.text.includes('%') || comparisons.length === 0) return { type: 'unknown' };
  const selectors = [...new Set(comparisons.map(({ selector }) => selector))];
  const tried = selectors.map((selector) =>
    candidatesFor(comparisons.filter((comparison) => comparison.selector === selector)),
  );
  const values = selectors.map((selector, i) => [selector, fixed.get(selector) ?? tried[i]?.values ?? []] as const);
  if (values.reduce((product, [, some]) => product * some.length, 1) > MOST_LINES) return { type: 'unknown' };
  for (const line of linesOf(values)) {
    const search = found(pattern, line);
    if (search.type === 'found') return search;
  }
  // Of a wildcard's places each may have a value of its own, and here one has.
  const isAll = tried.every(({ areAll }) => areAll) && !selectors.some((selector) => selector.includes('*'));
  return { type: isAll ? 'none' : 'unknown' };
}

function found(pattern: FilterPattern, line: string): Search {
  const { matches, undocumented } = filterLine(pattern, line);
  return matches ? { type: 'found', line, undocumented } : { type: 'none' };
}

function* linesOf(values: readonly (readonly [string, readonly Candidate[]])[]): Iterable<string> {
  const [first, ...rest] = values;
  if (first === undefined) {
    yield '{}';
    return;
  }
  for (const line of linesOf(rest))
    for (const value of first[1]) {
      const object = JSON.parse(line) as Record<string, unknown>;
      if (value === ABSENT || put(object, stepsOf(first[0]), value)) yield JSON.stringify(object);
    }
}

/** False when another selector has put a value where this one needs a place. */
function put(into: Record<string, unknown>, steps: readonly string[], value: Json): boolean {
  let at = into;
  for (const [i, step] of steps.entries()) {
    const key = /^\[(\d+)\]$/.exec(step)?.[1] ?? (step === '*' ? 'any' : step);
    if (i === steps.length - 1) {
      if (key in at) return false;
      at[key] = value;
      return true;
    }
    const next = steps[i + 1]?.startsWith('[') ? [] : {};
    at[key] ??= next;
    const inner = at[key];
    if (typeof inner !== 'object' || inner === null) return false;
    at = inner as Record<string, unknown>;
  }
  return false;
}

/**
 * Term patterns: a line of all that is required, or of one that is optional. The terms stand apart, so that one that is
 * excluded is found only inside another.
 */
function findTerms(pattern: FilterPattern): Search {
  const terms = termsIn(pattern.text);
  if (terms.some(({ text }) => text.startsWith('%'))) return { type: 'unknown' };
  const between = characterOutside(terms.map(({ text }) => text));
  const required = terms.filter(({ sign }) => sign === '').map(({ text }) => text);
  const optional = terms.filter(({ sign }) => sign === '?').map(({ text }) => text);
  for (const one of optional.length === 0 ? [''] : optional) {
    const search = found(pattern, [between, ...required, one, between].join(between));
    if (search.type === 'found') return search;
  }
  return { type: 'none' };
}

export interface Term {
  readonly sign: '' | '-' | '?';
  /** Without its quotes; a regular expression with its percent signs. */
  readonly text: string;
}

export const termsIn = (pattern: string): readonly Term[] =>
  [...pattern.matchAll(/([-?]?)("(?:[^"\\]|\\.)*"|[^\s"]+)/gs)].map(([, sign = '', text = '']) => ({
    sign: sign as Term['sign'],
    text: text.startsWith('"') ? unquoted(text) : text,
  }));
