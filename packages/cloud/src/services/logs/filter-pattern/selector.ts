import type { JsonObject } from './line.ts';
import { PatternError } from './pattern-error.ts';
import { Scanner } from './scanner.ts';

type Step =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'any-field' }
  | { readonly type: 'any-element' };

/** `$.a.b[0]`: a place (with a wildcard: places) in a JSON line. */
export interface Selector {
  readonly text: string;
  /** The first key, when it is plain: a line that lacks it has nothing at this place. */
  readonly firstKey: string | undefined;
  readonly hasWildcard: boolean;
  /** Visits every value at the place until one satisfies; says whether one did. */
  readonly some: (json: JsonObject, visit: (value: unknown) => boolean) => boolean;
}

/** Reads a selector. One wildcard at most. Source: FP (D), rules 1.4.1–1.4.3. */
export function takeSelector(scanner: Scanner): Selector {
  const start = scanner.at;
  if (scanner.takeMatch(/\$(?=\.)/y) === undefined)
    throw new PatternError(`A property selector starts with "$." but here is "${scanner.rest}".`);
  const steps: Step[] = [];
  for (let step = takeStep(scanner); step !== undefined; step = takeStep(scanner)) steps.push(step);
  const text = scanner.text.slice(start, scanner.at);
  const wildcards = steps.filter((step) => step.type === 'any-field' || step.type === 'any-element').length;
  if (steps.length === 0) throw new PatternError(`The property selector at "${scanner.rest}" names no property.`);
  if (wildcards > 1) throw new PatternError(`${text} has ${wildcards} wildcards; one is allowed.`);
  const [first] = steps;
  return {
    text,
    firstKey: first?.type === 'key' ? first.key : undefined,
    hasWildcard: wildcards > 0,
    some: wildcards > 0 ? compileSome(steps) : compileOne(steps),
  };
}

/** A whole text that is a selector, as in a metric value or a dimension. */
export function parseSelector(text: string): Selector {
  const scanner = new Scanner(text);
  const selector = takeSelector(scanner);
  if (!scanner.done) throw new PatternError(`${text} is not a property selector.`);
  return selector;
}

function takeStep(scanner: Scanner): Step | undefined {
  if (scanner.takeMatch(/\.\*/y) !== undefined) return { type: 'any-field' };
  if (scanner.takeMatch(/\[\*\]/y) !== undefined) return { type: 'any-element' };
  const index = scanner.takeMatch(/\[\d+\]/y);
  if (index !== undefined) return { type: 'index', index: Number(index.slice(1, -1)) };
  const quoted = scanner.takeMatch(/\.?\[(?:'[^']*'|"[^"]*")\]/y);
  if (quoted !== undefined) return { type: 'key', key: quoted.slice(quoted.indexOf('[') + 2, -2) };
  const key = scanner.takeMatch(/\.[A-Za-z0-9_-]+/y);
  return key === undefined ? undefined : { type: 'key', key: key.slice(1) };
}

/** What a step that names one place finds; undefined when there is nothing. JSON has no undefined of its own. */
function follow(value: unknown, step: Step): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (step.type === 'index') return Array.isArray(value) ? (value as unknown[])[step.index] : undefined;
  if (step.type !== 'key' || Array.isArray(value) || !Object.hasOwn(value, step.key)) return undefined;
  return (value as JsonObject)[step.key];
}

function compileOne(steps: readonly Step[]): Selector['some'] {
  return (json, visit) => {
    let value: unknown = json;
    for (const step of steps) value = follow(value, step);
    return value !== undefined && visit(value);
  };
}

function compileSome(steps: readonly Step[]): Selector['some'] {
  const descend = (value: unknown, at: number, visit: (value: unknown) => boolean): boolean => {
    const step = steps[at];
    if (step === undefined) return visit(value);
    if (step.type === 'any-element')
      return Array.isArray(value) && (value as unknown[]).some((item) => descend(item, at + 1, visit));
    if (step.type === 'any-field')
      return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).some((item) => descend(item, at + 1, visit))
      );
    const next = follow(value, step);
    return next !== undefined && descend(next, at + 1, visit);
  };
  return (json, visit) => descend(json, 0, visit);
}
