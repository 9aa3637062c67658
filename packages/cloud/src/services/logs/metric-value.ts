import type { Dimension } from '../cloudwatch/state.ts';
import { compilePattern, type FilterPattern, type MatchingRules } from './filter-pattern/compile-pattern.ts';
import type { Line } from './filter-pattern/line.ts';
import type { MetricFilter } from './state.ts';

/** What a metric takes: a number within ±2^360. Source: API-PMD (D), rule 2.1. */
const LARGEST = 2 ** 360;
export const isMetricValue = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LARGEST;

/** A metric filter, ready to meet lines. */
export interface CompiledFilter {
  readonly filter: MetricFilter;
  readonly pattern: FilterPattern;
  /** The sample of a matching line; undefined when the field is absent or no number (rule 1.7.2). */
  readonly value: (line: Line) => number | undefined;
  /** The dimensions of the sample; undefined when the line lacks one of them (rule 1.7.4). */
  readonly dimensions: (line: Line) => readonly Dimension[] | undefined;
}

const NO_DIMENSIONS: readonly Dimension[] = [];

/** Compiled once per definition: a definition never changes, Put replaces it. */
const compiled = new WeakMap<MetricFilter, CompiledFilter>();

export function compileFilter(filter: MetricFilter, rules: MatchingRules): CompiledFilter {
  const known = compiled.get(filter);
  if (known) return known;
  const pattern = compilePattern(filter.pattern, rules);
  const { metricValue, dimensions } = filter.transformation;
  const made = {
    filter,
    pattern,
    value: readValue(pattern, metricValue),
    dimensions: readDimensions(pattern, dimensions ?? {}),
  };
  compiled.set(filter, made);
  return made;
}

function readValue(pattern: FilterPattern, metricValue: string): CompiledFilter['value'] {
  const literal = literalNumber(metricValue);
  if (literal !== undefined) return () => literal;
  const read = pattern.reader(metricValue);
  return (line) => {
    const found = read?.(line);
    const value = typeof found === 'string' ? literalNumber(found) : found;
    return isMetricValue(value) ? value : undefined;
  };
}

function readDimensions(
  pattern: FilterPattern,
  dimensions: Readonly<Record<string, string>>,
): CompiledFilter['dimensions'] {
  const readers = Object.entries(dimensions).map(([name, field]) => ({ name, read: pattern.reader(field) }));
  if (readers.length === 0) return () => NO_DIMENSIONS;
  return (line) => {
    const found: Dimension[] = [];
    for (const { name, read } of readers) {
      const value = read?.(line);
      const text = typeof value === 'string' ? value : scalarText(value);
      if (text === '') return undefined;
      found.push({ name, value: text });
    }
    return found;
  };
}

/** `1`, `-2.5`, `1e3`; undefined for anything else. */
export const literalNumber = (text: string): number | undefined =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;

const scalarText = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
