import type { ApiKind } from './state.ts';
import type { Definition, Route } from './read-definition.ts';

export interface Found {
  readonly route: Route;
  /** Values of `{name}` and `{name+}` as they stand in the path; undefined when the route has none. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
}

interface Candidate {
  readonly route: Route;
  readonly test: RegExp;
  readonly names: readonly string[];
  /** Per segment: a static one before a parameter, a parameter before a greedy one. */
  readonly rank: string;
}

interface Table {
  readonly fixed: ReadonlyMap<string, Found>;
  readonly candidates: readonly Candidate[];
  readonly fallback: readonly Found[];
}

const tables = new WeakMap<Definition, Table>();

/**
 * The route of a request: a full static match, then a match with parameters, then a greedy one, then `$default`;
 * a method by its name comes before ANY. Source: AG-http-api-develop-routes (D), section 5.2.
 */
export function findRoute(definition: Definition, kind: ApiKind, method: string, asked: string): Found | undefined {
  // A REST API knows no slash at the end, neither in requests nor in resources (powertools-lambda-python#1552, C).
  const path = kind === 'REST' ? withoutSlash(asked) : asked;
  let table = tables.get(definition);
  if (table === undefined) {
    table = buildTable(definition);
    tables.set(definition, table);
  }
  const exact = table.fixed.get(`${method} ${path}`) ?? table.fixed.get(`ANY ${path}`);
  if (exact !== undefined) return exact;
  for (const { route, test, names } of table.candidates) {
    if (route.method !== method && route.method !== 'ANY') continue;
    const values = test.exec(path);
    if (values === null) continue;
    const parameters = Object.fromEntries(names.map((name, i) => [name, decode(kind, values[i + 1] ?? '')]));
    return { route, parameters };
  }
  return (
    table.fallback.find(({ route }) => route.method === method) ??
    table.fallback.find(({ route }) => route.method === 'ANY')
  );
}

export const withoutSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') || '/' : path;

/** HTTP APIs hand path values out decoded, REST APIs as they came. Source: sections 5.1, 5.3, 5.4 (S). */
function decode(kind: ApiKind, value: string): string {
  if (kind === 'REST' || !value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function buildTable({ routes }: Definition): Table {
  const paths = routes.filter(({ resource }) => resource !== '$default');
  return {
    fixed: new Map(
      paths
        .filter(({ resource }) => !resource.includes('{'))
        .map((route) => [`${route.method} ${route.resource}`, { route, parameters: undefined }]),
    ),
    candidates: paths
      .filter(({ resource }) => resource.includes('{'))
      .map(candidateOf)
      .toSorted((a, b) =>
        a.rank === b.rank
          ? Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY')
          : a.rank < b.rank
            ? -1
            : 1,
      ),
    fallback: routes
      .filter(({ resource }) => resource === '$default')
      .map((route) => ({ route, parameters: undefined })),
  };
}

function candidateOf(route: Route): Candidate {
  const segments = route.resource.split('/').slice(1);
  const names: string[] = [];
  const patterns = segments.map((segment) => {
    const parameter = /^\{([^}+]+)(\+?)\}$/.exec(segment);
    if (parameter === null) return segment.replaceAll(/[.*+?^$()[\]{}|\\]/g, String.raw`\$&`);
    names.push(parameter[1] ?? '');
    return parameter[2] === '+' ? '(.+)' : '([^/]+)';
  });
  const rank = segments
    .map((segment) => (!segment.startsWith('{') ? 'a' : segment.endsWith('+}') ? 'c' : 'b'))
    .join('');
  return { route, names, test: new RegExp(`^/${patterns.join('/')}$`), rank };
}
