/**
 * Values that tell the comparisons of one selector apart: for every set of them that some value satisfies, one that
 * does. Where that cannot be promised, a search that finds nothing has proved nothing.
 */
import type { Comparison } from './candidate-lines.ts';

export type Json = string | number | boolean | null;
/** The selector finds nothing. */
export const ABSENT = Symbol('absent');
export type Candidate = Json | typeof ABSENT;

export interface Candidates {
  readonly values: readonly Candidate[];
  readonly areAll: boolean;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** All their subsets are tried. */
const MOST_INFIXES = 3;

export function candidatesFor(comparisons: readonly Comparison[]): Candidates {
  const states = new Set(comparisons.map(({ operator }) => operator));
  const operands = comparisons.filter(({ operator }) => !/^(?:IS|NOT) /.test(operator));
  const isNumber = ({ isQuoted, operand }: Comparison): boolean => !isQuoted && NUMBER.test(operand);
  const numbers = operands.filter(isNumber).map(({ operand }) => Number(operand));
  const texts = operands.filter((it) => !isNumber(it)).map(({ operand }) => operand);
  const strings = stringsFor(texts);
  const values: readonly Candidate[] = [
    ABSENT,
    ...(states.has('IS NULL') ? [null] : []),
    ...(states.has('IS TRUE') || states.has('IS FALSE') ? [true, false] : []),
    ...numbersFor(numbers),
    ...strings.values,
    ...(texts.some((text) => text.includes('*')) ? [0] : []),
  ];
  // A text that reads as a number may satisfy both kinds, and what != makes of a missing field is not documented.
  const isMixed = numbers.length > 0 && texts.length > 0;
  const isUndocumented = states.has('NOT EXISTS') && states.has('!=');
  return { values, areAll: strings.areAll && !isMixed && !isUndocumented };
}

/** Every number compared with, one between each two, one below and one above. */
function numbersFor(operands: readonly number[]): readonly number[] {
  const sorted = [...new Set(operands)].toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const between = sorted.slice(1).map((number, i) => ((sorted[i] ?? number) + number) / 2);
  return [...sorted, ...between, first - 1, last + 1];
}

/** Every text compared with, and texts that begin, hold and end as wildcards ask, together as far as they go. */
function stringsFor(operands: readonly string[]): { readonly values: readonly string[]; readonly areAll: boolean } {
  if (operands.length === 0) return { values: [], areAll: true };
  const other = characterOutside(operands);
  const core = (text: string): string => text.replace(/^\*/, '').replace(/\*$/, '');
  const like = (pattern: RegExp): readonly string[] => operands.filter((it) => pattern.test(it)).map(core);
  const infixes = [...new Set(like(/^\*.*\*$/s))];
  const beginnings = ['', ...like(/^[^*].*\*$/s)];
  const endings = ['', ...like(/^\*.*[^*]$/s)];
  const middles = subsets(infixes.slice(0, MOST_INFIXES)).map((some) => [other, ...some, other].join(other));
  const built = beginnings.flatMap((begin) =>
    middles.flatMap((middle) => endings.map((end) => `${begin}${middle}${end}`)),
  );
  return { values: [...new Set([...operands.map(core), ...built])], areAll: infixes.length <= MOST_INFIXES };
}

const subsets = (items: readonly string[]): readonly (readonly string[])[] =>
  items.reduce<readonly (readonly string[])[]>((all, item) => [...all, ...all.map((some) => [...some, item])], [[]]);

/** A character that is in none of the texts, so that what stands around it belongs to no two of them. */
export function characterOutside(texts: readonly string[]): string {
  const used = new Set(texts.join(''));
  let code = 'a'.charCodeAt(0);
  while (used.has(String.fromCharCode(code))) code++;
  return String.fromCharCode(code);
}
