/**
 * The rules of JSON patterns (reference, section 1.4) in their plainest form: parse the whole line, walk the whole
 * pattern. What is quick about the real one (texts looked for before parsing, JSON that is read once for all filters
 * and learned from lines that are alike) must never give another answer.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from './compile-pattern.ts';
import { Line } from './line.ts';

/** A key or `*`, a position, or `[*]`. */
type Step = string | number;
type Condition =
  | { readonly type: 'compare'; readonly path: Step[]; readonly operator: string; readonly value: number | string }
  | { readonly type: 'regex'; readonly path: Step[]; readonly operator: '=' | '!='; readonly regex: string }
  | { readonly type: 'state'; readonly path: Step[]; readonly state: 'IS NULL' | 'IS TRUE' | 'IS FALSE' | 'NOT EXISTS' }
  | { readonly type: '&&' | '||'; readonly parts: readonly Condition[] };

const written = (path: readonly Step[]): string =>
  path.reduce<string>((text, step) => {
    if (step === '[*]') return `${text}[*]`;
    if (typeof step === 'number') return `${text}[${step}]`;
    return step.includes(' ') ? `${text}.['${step}']` : `${text}.${step}`;
  }, '$');

/** A pattern knows no `\u`: only the quote itself is escaped. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

function textOf(it: Condition): string {
  switch (it.type) {
    case 'compare':
      return `${written(it.path)} ${it.operator} ${typeof it.value === 'number' ? it.value : quoted(it.value)}`;
    case 'regex':
      return `${written(it.path)} ${it.operator} %${it.regex}%`;
    case 'state':
      return `${written(it.path)} ${it.state}`;
    default:
      return it.parts.map((part) => `(${textOf(part)})`).join(` ${it.type} `);
  }
}

function placesOf(value: unknown, [step, ...rest]: readonly Step[]): unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const isArray = Array.isArray(value);
  const isOfArrays = step === '[*]' || typeof step === 'number';
  if (isArray !== isOfArrays) return [];
  const found =
    step === '*' || step === '[*]' ? Object.values(value) : Object.hasOwn(value, step) ? [(value as never)[step]] : [];
  return found.flatMap((each) => placesOf(each, rest));
}

const ORDER: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** `*` at the start or the end is a wildcard. */
const isLike = (value: string, wanted: string): boolean => {
  const [open, close] = [wanted.startsWith('*'), wanted.endsWith('*')];
  const core = wanted.replace(/^\*/, '').replace(/\*$/, '');
  if (open && close) return value.includes(core);
  return open ? value.endsWith(core) : close ? value.startsWith(core) : value === core;
};

function passes(it: Extract<Condition, { type: 'compare' | 'regex' }>, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  const text = String(value);
  if (it.type === 'regex') return new RegExp(it.regex).test(text) === (it.operator === '=');
  if (typeof it.value === 'string') return isLike(text, it.value) === (it.operator === '=');
  if (typeof value === 'boolean') return false;
  const isNumber = typeof value === 'number' || /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  return isNumber ? (ORDER[it.operator]?.(Number(value), it.value) ?? false) : it.operator === '!=';
}

function holds(it: Condition, json: unknown): boolean {
  switch (it.type) {
    case '&&':
      return it.parts.every((part) => holds(part, json));
    case '||':
      return it.parts.some((part) => holds(part, json));
    case 'state': {
      const places = placesOf(json, it.path);
      if (it.state === 'NOT EXISTS') return places.length === 0;
      return places.includes({ 'IS NULL': null, 'IS TRUE': true, 'IS FALSE': false }[it.state]);
    }
    default:
      return placesOf(json, it.path).some((value) => passes(it, value));
  }
}

function isMatch(pattern: Condition, line: string): boolean {
  try {
    const json: unknown = JSON.parse(line.replace(/^\d\S*Z\t\S+\tINFO\t/, ''));
    return typeof json === 'object' && json !== null && !Array.isArray(json) && holds(pattern, json);
  } catch {
    return false;
  }
}

const KEYS = ['log', 'a', 'b-c', 'two words', 'true'];
const WORDS = ['response', 'log', 'true', '7', 'b-c', 'Response', 'Ärger', 'a"b', '\u0001'];
const key = fc.constantFrom(...KEYS);
const word = fc.constantFrom(...WORDS);
const leaf = fc.oneof(
  word,
  fc.integer({ min: -3, max: 9 }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('7.0', '-1', '1e1'),
);
const document = fc.dictionary(
  key,
  fc.oneof({ weight: 4, arbitrary: leaf }, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 })),
  { maxKeys: 5 },
);

const path: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple<Step[]>(key) },
  fc.tuple<Step[]>(key, key),
  fc.tuple<Step[]>(key, fc.nat({ max: 2 })),
  fc.tuple<Step[]>(key, fc.constant('[*]')),
  fc.tuple<Step[]>(key, fc.constant('*')),
  fc.tuple<Step[]>(fc.constant('*')),
);
const equality = fc.constantFrom('=' as const, '!=' as const);
const single: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    type: fc.constant('compare' as const),
    path,
    operator: equality,
    value: fc.oneof(word, fc.constantFrom('*', 're*', '*se', '*spon*')),
  }),
  fc.record({
    type: fc.constant('compare' as const),
    path,
    operator: fc.constantFrom(...Object.keys(ORDER)),
    value: fc.integer({ min: -3, max: 9 }),
  }),
  fc.record({
    type: fc.constant('state' as const),
    path,
    state: fc.constantFrom('IS NULL' as const, 'IS TRUE' as const, 'IS FALSE' as const, 'NOT EXISTS' as const),
  }),
);
/** At most two regular expressions and three wildcards are allowed: one branch of each pattern has them. */
const regex = fc.record({
  type: fc.constant('regex' as const),
  path: fc.tuple<Step[]>(key),
  operator: equality,
  regex: fc.constantFrom('^re', 'e$', '[0-9]', 'spon|log'),
});
const isFewWildcards = (it: Condition): boolean => (textOf(it).match(/\.\*|\[\*\]/g) ?? []).length <= 3;
const { pattern } = fc.letrec<{ pattern: Condition; joined: Condition }>((tie) => ({
  pattern: fc.oneof({ maxDepth: 2, withCrossShrink: true }, single, tie('joined')),
  joined: fc.record({
    type: fc.constantFrom('&&' as const, '||' as const),
    parts: fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }),
  }),
}));
const anyPattern = fc
  .oneof(
    pattern,
    regex,
    fc.tuple(regex, pattern).map((parts): Condition => ({ type: '||', parts })),
  )
  .filter(isFewWildcards);

/** The same document, spelled in another way: with blanks, with \u escapes, behind Lambda's prefix, or broken. */
const line = fc
  .tuple(document, fc.constantFrom('plain', 'blanks', 'escapes', 'prefix', 'broken', 'list'), fc.nat())
  .map(([it, how, n]) => {
    const text = JSON.stringify(it);
    switch (how) {
      case 'blanks':
        return ` ${JSON.stringify(it, undefined, 1)}\n`;
      case 'escapes':
        return text.replaceAll(/[a-z]/g, (letter, at: number) =>
          (at + n) % 3 === 0 &&
          !/^(?:true|false|null)/.test(text.slice(at).replace(/^[^\w]*/, '')) &&
          isInString(text, at)
            ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
            : letter,
        );
      case 'prefix':
        return `2026-11-23T10:00:00.000Z\t3f6a0c1e-0000\tINFO\t${text}`;
      case 'broken':
        return text.slice(0, Math.max(1, text.length - 1 - (n % 5)));
      case 'list':
        return `[${text}]`;
      default:
        return text;
    }
  });

/** Is the position inside a string, and not behind a backslash? */
const isInString = (text: string, at: number): boolean => {
  const before = text.slice(0, at).replaceAll(/\\./g, '');
  return (
    (before.split('"').length - 1) % 2 === 1 && text[at - 1] !== '\\' && !/\\u[0-9a-f]{0,3}$/.test(text.slice(0, at))
  );
};

test('a JSON pattern matches what the plain rules match, and so do several patterns on one line', () => {
  const rules = { jsonFilterMatchesTextPrefix: true };
  fc.assert(
    fc.property(
      fc.array(anyPattern, { minLength: 1, maxLength: 4 }),
      fc.array(line, { minLength: 1, maxLength: 8 }),
      (patterns, lines) => {
        const compiled = patterns.map((it) => compilePattern(`{ ${textOf(it)} }`, rules));
        for (const each of lines) {
          const shared = new Line(each);
          expect(compiled.map((it) => it.matches(shared, new Set()))).toEqual(patterns.map((it) => isMatch(it, each)));
        }
      },
    ),
    { numRuns: 500 },
  );
});
