/**
 * What a release of GET /unicorns must do before callers meet it, as data. Both hooks run the same suite, the one against
 * the new version, the other against the alias. A team changes this list when its route changes.
 */
import type { CallerRequest } from './rest-proxy-event.ts';
import type { Shape } from './shape.ts';

/** The parts of an answer that later requests build on. */
export interface EarlierAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Check {
  readonly name: string;
  /** The request, from the answers of the checks before it, by their names. */
  readonly request: (answers: ReadonlyMap<string, EarlierAnswer>) => CallerRequest;
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, RegExp>>;
  /** Left out: the body must be empty. */
  readonly body?: Shape;
  /** The body must not be that of an earlier check. */
  readonly differsFrom?: string;
  /** The body must name this parameter. */
  readonly names?: string;
}

const unicorn: Shape = { members: { id: 'string', name: 'string', colour: 'string', speedKmh: 'number' } };
const page = (atLeast: number, atMost: number): Shape => ({
  members: { unicorns: { each: unicorn, atLeast, atMost } },
});
const pageWithNext: Shape = {
  members: { unicorns: { each: unicorn, atLeast: 2, atMost: 2 }, nextCursor: 'string' },
};
const problem: Shape = { members: { title: 'string', status: 'number', detail: 'string' } };

const JSON_TYPE = { 'content-type': /^application\/json\b/ };
const PROBLEM_TYPE = { 'content-type': /^application\/problem\+json\b/ };
const CACHED = { etag: /^(W\/)?"[^"]+"$/, 'cache-control': /./ };

export const acceptanceSuite: readonly Check[] = [
  {
    name: 'the first page',
    request: () => ({}),
    status: 200,
    headers: { ...JSON_TYPE, ...CACHED },
    body: page(1, 100),
  },
  {
    name: 'a page of two',
    request: () => ({ query: { limit: '2' } }),
    status: 200,
    headers: JSON_TYPE,
    body: pageWithNext,
  },
  {
    name: 'the second page, by cursor',
    request: (answers) => ({ query: { limit: '2', cursor: nextCursor(answers.get('a page of two')) } }),
    status: 200,
    headers: JSON_TYPE,
    body: page(1, 2),
    differsFrom: 'a page of two',
  },
  {
    name: 'an unchanged page is not sent again',
    request: (answers) => ({ headers: { 'If-None-Match': answers.get('the first page')?.headers['etag'] ?? '' } }),
    status: 304,
  },
  {
    name: 'a limit that is no number',
    request: () => ({ query: { limit: 'many' } }),
    status: 400,
    headers: PROBLEM_TYPE,
    body: problem,
    names: 'limit',
  },
  {
    name: 'a limit beyond 100',
    request: () => ({ query: { limit: '101' } }),
    status: 400,
    headers: PROBLEM_TYPE,
    body: problem,
    names: 'limit',
  },
  {
    name: 'a cursor that no page gave',
    request: () => ({ query: { cursor: 'not a cursor' } }),
    status: 400,
    headers: PROBLEM_TYPE,
    body: problem,
    names: 'cursor',
  },
];

/** Empty when the page had none: the request then fails its check, and says so. */
function nextCursor(answer: EarlierAnswer | undefined): string {
  const body: unknown = answer?.body;
  const cursor: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'nextCursor') : undefined;
  return typeof cursor === 'string' ? cursor : '';
}
