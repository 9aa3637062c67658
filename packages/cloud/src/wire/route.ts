/** Which operation a REST request means: by method, path, query and headers, as the operations' http traits say. */
import type { NormalizedSchema } from '@smithy/core/schema';
import { membersOf, MalformedValue, requiredMembers } from './schema-kind.ts';
import type { HttpTrait } from './service-description.ts';

export interface RouteMatch {
  readonly operation: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Routes {
  match(
    method: string,
    path: string,
    query: URLSearchParams,
    headers: Readonly<Record<string, string>>,
  ): RouteMatch | undefined;
}

interface RouteSource {
  readonly operation: string;
  readonly http: HttpTrait;
  readonly input: NormalizedSchema;
}

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Query parameters and headers that the input's model requires. */
  readonly requires: readonly string[];
}

/** Routes that ask for more are tried first. */
export function createRoutes(sources: readonly RouteSource[]): Routes {
  const routes = sources.map(routeOf).toSorted((a, b) => demands(b) - demands(a));
  const exact = Map.groupBy(
    routes.filter((it) => !isGreedy(it)),
    (it) => `${it.method} ${it.segments.length}`,
  );
  const greedy = Map.groupBy(routes.filter(isGreedy), (it) => it.method);
  return {
    match(method, path, query, headers) {
      const parts = path.split('/').slice(1);
      const bare = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
      const candidates = [
        ...(exact.get(`${method} ${bare.length}`) ?? [])
          .filter((it) => matches(it, bare))
          .map((it) => [it, bare] as const),
        // A greedy label keeps a closing slash: `folder/` is an object's key.
        ...(greedy.get(method) ?? []).filter((it) => matches(it, parts)).map((it) => [it, parts] as const),
      ].filter(([it]) =>
        it.query.every(([name, value]) => query.has(name) && (value === '' || query.get(name) === value)),
      );
      // What an operation requires tells S3's operations apart; where nothing has it, it is the constraints' affair.
      const whole = candidates.find(([it]) =>
        it.requires.every((name) => query.has(name) || headers[name] !== undefined),
      );
      const [route, segments] = whole ?? candidates.at(-1) ?? [];
      return route && segments && { operation: route.operation, labels: labelsOf(route, segments) };
    },
  };
}

function routeOf({ operation, http: [method, template], input }: RouteSource): Route {
  const [path = '', search = ''] = template.split('?');
  const members = membersOf(input).map(([name, member]) => ({ name, traits: member.getMergedTraits() }));
  // S3 leaves the bucket to its endpoint rules: a label without a place in the template goes in front (path style).
  const front = members.filter(
    ({ name, traits }) => traits.httpLabel && !path.includes(`{${name}}`) && !path.includes(`{${name}+}`),
  );
  const required = members.filter(({ name }) => requiredMembers(input).includes(name));
  return {
    operation,
    method,
    segments: [
      ...front.map(({ name }) => ({ label: name, greedy: false })),
      ...path.split('/').filter(Boolean).map(segmentOf),
    ],
    // `x-id` is a hint that only the JavaScript SDK sends.
    query: [...new URLSearchParams(search)].filter(([name]) => name !== 'x-id'),
    requires: required.flatMap(({ traits }) => traits.httpQuery ?? traits.httpHeader?.toLowerCase() ?? []),
  };
}

function segmentOf(text: string): Segment {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text);
  return label?.[1] === undefined ? { literal: text } : { label: label[1], greedy: label[2] === '+' };
}

const isGreedy = (route: Route): boolean => route.segments.some((it) => 'label' in it && it.greedy);

const demands = ({ query, requires, segments }: Route): number =>
  (query.length + requires.length) * 1000 + segments.filter((it) => 'literal' in it).length;

function matches({ segments }: Route, parts: readonly string[]): boolean {
  return segments.every((segment, i) => {
    const part = parts[i];
    if ('literal' in segment) return part === segment.literal;
    return part !== undefined && (part !== '' || (segment.greedy && parts.length > i + 1));
  });
}

function labelsOf({ segments }: Route, parts: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  segments.forEach((segment, i) => {
    if ('label' in segment)
      labels[segment.label] = decode((segment.greedy ? parts.slice(i) : parts.slice(i, i + 1)).join('/'));
  });
  return labels;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new MalformedValue(`The path segment ${text} is not well-formed`, { cause });
  }
}
