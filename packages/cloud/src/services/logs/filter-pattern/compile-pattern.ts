import { type JsonPattern, parseJsonPattern } from './json-pattern.ts';
import { Line } from './line.ts';
import { asAwsError, PatternError } from './pattern-error.ts';
import { parseSelector } from './selector.ts';
import { parseSpacePattern, type SpacePattern } from './space-pattern.ts';
import { parseTermPattern } from './term-pattern.ts';
import type { Evidence, UndocumentedRule } from './undocumented.ts';

/** A filter pattern, ready to meet lines. */
export interface FilterPattern {
  readonly text: string;
  readonly kind: 'everything' | 'terms' | 'json' | 'space-delimited';
  readonly regexes: number;
  /** `$.status`, `$bytes`: what the pattern names and a metric's dimensions may use. */
  readonly fields: readonly string[];
  /** Does the line match? Undocumented rules on which the answer depends go into `evidence`. */
  readonly matches: (line: Line, evidence: Evidence) => boolean;
  /** What TestMetricFilter shows of a matching line: `{ '$.status': '503' }`. */
  readonly extract: (line: Line) => Record<string, string>;
  /** A reader for `$.field` or `$name` in matching lines; undefined for a pattern that extracts nothing. */
  readonly reader: (field: string) => ((line: Line) => unknown) | undefined;
}

export interface MatchingRules {
  /** Assumption `json-text-prefix`. */
  readonly jsonFilterMatchesTextPrefix: boolean;
}

const MAX_LENGTH = 1024;

/**
 * Compiles a filter pattern of at most 1,024 characters. The first character says which language it is in.
 * Throws AwsError InvalidParameterException; its cause says what is wrong. Source: FP (D), rules 1.1.1–1.1.5.
 */
export function compilePattern(text: string, rules: MatchingRules): FilterPattern {
  try {
    if (text.length > MAX_LENGTH)
      throw new PatternError(`The pattern has ${text.length} characters; ${MAX_LENGTH} are allowed.`);
    return compile(text, text.trim(), rules);
  } catch (error) {
    throw asAwsError(error);
  }
}

/** Matches one message, as TestMetricFilter does. */
export function filterLine(pattern: FilterPattern, message: string) {
  const line = new Line(message);
  const evidence: Evidence = new Set<UndocumentedRule>();
  const matches = pattern.matches(line, evidence);
  return { matches, extractedValues: matches ? pattern.extract(line) : {}, undocumented: [...evidence] };
}

function compile(text: string, trimmed: string, rules: MatchingRules): FilterPattern {
  if (trimmed.startsWith('{')) {
    if (!trimmed.endsWith('}')) throw new PatternError('The pattern starts with { and has to end with }.');
    return jsonFilter(text, parseJsonPattern(trimmed), rules);
  }
  if (trimmed.startsWith('[')) {
    if (!trimmed.endsWith(']')) throw new PatternError('The pattern starts with [ and has to end with ].');
    return spaceFilter(text, parseSpacePattern(trimmed));
  }
  const nothing = { text, fields: [], extract: () => ({}), reader: () => undefined };
  if (trimmed === '') return { ...nothing, kind: 'everything', regexes: 0, matches: () => true };
  const { regexes, test } = parseTermPattern(trimmed);
  return { ...nothing, kind: 'terms', regexes, matches: test };
}

function jsonFilter(text: string, pattern: JsonPattern, rules: MatchingRules): FilterPattern {
  return {
    text,
    kind: 'json',
    regexes: pattern.regexes,
    fields: pattern.selectors.map((selector) => selector.text),
    matches(line, evidence) {
      if (line.shape === 'json') return pattern.test(line, evidence);
      // Not settled whether a line with Lambda's text prefix matches (section 1.6): both answers are evaluated.
      if (line.shape === 'text' || !pattern.test(line, evidence)) return false;
      evidence.add('json-text-prefix');
      return rules.jsonFilterMatchesTextPrefix;
    },
    extract: (line) => extractJson(pattern, line),
    reader(field) {
      const selector = parseSelector(field);
      return ({ json }) => {
        let found: unknown;
        if (json !== undefined) selector.some(json, (value) => ((found = value), true));
        return found;
      };
    },
  };
}

function extractJson({ selectors }: JsonPattern, { json }: Line): Record<string, string> {
  const values: Record<string, string> = {};
  if (json === undefined) return values;
  for (const { text, some } of selectors)
    some(json, (value) => {
      values[text] ??= typeof value === 'string' ? value : JSON.stringify(value);
      return true;
    });
  return values;
}

const spaceFilter = (text: string, pattern: SpacePattern): FilterPattern => ({
  text,
  kind: 'space-delimited',
  regexes: pattern.regexes,
  fields: pattern.names,
  matches: pattern.test,
  extract: pattern.extract,
  reader: (field) => (line) => pattern.extract(line)[field],
});
