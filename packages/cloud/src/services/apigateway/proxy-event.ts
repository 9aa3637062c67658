/**
 * The event that a function gets, as JSON text. Requests of a traffic are alike but for their id and their time:
 * the text's form is made once per kind of request, and filled in for each.
 * Source: sections 5.1 (payload 2.0), 5.3 (payload 1.0), 5.4 (REST).
 */
import { FilledText, type TextForm } from '../../filled-text.ts';
import { type Instant, isoTime } from '../../instant.ts';
import { digitsOf, traceRoot } from '../../trace-id.ts';
import type { World } from '../../world-state.ts';
import type { Found } from './find-route.ts';
import type { Route } from './read-definition.ts';
import type { Api, PayloadFormat, Stage } from './state.ts';

/** A request as the gateway gets it. */
export interface IncomingRequest {
  readonly method: string;
  /** Without the stage, as sent: `/unicorns/a%20b`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Decoded. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** As sent, behind the question mark; made from `query` when it is not given. */
  readonly rawQuery?: string | undefined;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly sourceIp: string;
}

export interface Routed {
  readonly api: Api;
  readonly stage: Stage;
  readonly deploymentId: string;
  readonly format: PayloadFormat;
  readonly found: Found;
}

/** What differs between two requests that are otherwise equal. */
interface Varying {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** `12/Mar/2020:19:03:58 +0000` */
  readonly time: string;
  readonly epochMs: string;
  /** `Root=1-5e6a8b2f-…` */
  readonly traceId: string;
}

/** Control characters come escaped out of JSON, so that a mark is easily told from what a caller sends. */
const MARK = '\u0001';
const MARKS: Varying = {
  requestId: `${MARK}r${MARK}`,
  extendedRequestId: `${MARK}x${MARK}`,
  time: `${MARK}t${MARK}`,
  // A number that no other member has.
  epochMs: '-8640000000000001',
  traceId: `${MARK}i${MARK}`,
};
const MARKED = /\\u0001([rxti])\\u0001|-8640000000000001/;

/** The text between the marks, and which mark follows each piece. */
interface Template {
  readonly request: IncomingRequest;
  readonly stage: Stage;
  readonly form: TextForm;
  readonly marks: readonly (keyof Varying)[];
}

const templates = new WeakMap<Route, Template>();

/** The event of a request, as JSON text. */
export function proxyEvent(
  world: World,
  routed: Routed,
  request: IncomingRequest,
  requestId: string,
  now: Instant,
): FilledText {
  const { route } = routed.found;
  let template = templates.get(route);
  if (template === undefined || template.stage !== routed.stage || !isAlike(template.request, request)) {
    template = makeTemplate(world, routed, request);
    templates.set(route, template);
  }
  const varying = varyingOf(requestId, now);
  const values: string[] = [];
  for (const mark of template.marks) values.push(varying[mark]);
  return new FilledText(template.form, values);
}

const isAlike = (a: IncomingRequest, b: IncomingRequest): boolean =>
  a.path === b.path &&
  a.method === b.method &&
  a.body === b.body &&
  a.isBase64Encoded === b.isBase64Encoded &&
  a.sourceIp === b.sourceIp &&
  a.rawQuery === b.rawQuery &&
  isEqual(a.query, b.query) &&
  isEqual(a.headers, b.headers);

function isEqual(a: IncomingRequest['query'], b: IncomingRequest['query']): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

const MARK_NAMES: Readonly<Record<string, keyof Varying>> = {
  r: 'requestId',
  x: 'extendedRequestId',
  t: 'time',
  i: 'traceId',
};

function makeTemplate(world: World, routed: Routed, request: IncomingRequest): Template {
  const clean = withoutMarks(request);
  const parts = JSON.stringify(eventOf(world, routed, clean, MARKS)).split(new RegExp(MARKED, 'g'));
  const pieces: string[] = [];
  const marks: (keyof Varying)[] = [];
  // A split by a pattern with one group gives text and group in turn.
  for (let i = 0; i < parts.length; i += 2) {
    pieces.push(parts[i] ?? '');
    if (i + 1 < parts.length) marks.push(MARK_NAMES[parts[i + 1] ?? ''] ?? 'epochMs');
  }
  return { request, stage: routed.stage, form: { pieces }, marks };
}

/** A caller's own control character of that kind is taken out: HTTP does not let it through anyway. */
function withoutMarks(request: IncomingRequest): IncomingRequest {
  const text = JSON.stringify(request);
  return text.includes('\\u0001') || text.includes('-8640000000000001')
    ? (JSON.parse(text.replaceAll('\\u0001', '').replaceAll('-8640000000000001', '')) as IncomingRequest)
    : request;
}

let lastSecond = Number.NaN;
let lastTime = '';

/** The gateway's second id of a request: 15 characters and `=`. Source: NET (S), section 5.2. */
export const extendedRequestId = (requestId: string): string => `${digitsOf(requestId)[0].slice(0, 15)}=`;

function varyingOf(requestId: string, now: Instant): Varying {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastTime = commonLogTime(now);
  }
  return {
    requestId,
    extendedRequestId: extendedRequestId(requestId),
    time: lastTime,
    epochMs: String(now),
    traceId: traceRoot(requestId, now),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(at: Instant): string {
  const iso = isoTime(at);
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

export const domainOf = (world: World, apiId: string): string => `${apiId}.execute-api.${world.region}.amazonaws.com`;

function eventOf(world: World, routed: Routed, request: IncomingRequest, varying: Varying): object {
  switch (routed.format) {
    case 'rest':
      return restEvent(world, routed, request, varying);
    case '1.0':
      return { version: '1.0', ...restEvent(world, routed, request, varying) };
    case '2.0':
      return httpEvent(world, routed, request, varying);
    default:
      return routed.format satisfies never;
  }
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

type Lists = Readonly<Record<string, readonly string[]>>;

/** Headers that the gateway adds to what the caller sent. Source: LS apigateway/test_apigateway_lambda.snapshot.json (S) */
function headersOf(world: World, { api }: Routed, request: IncomingRequest, { traceId }: Varying): Lists {
  const sent = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, listOf(value)]));
  const present = new Set(Object.keys(sent).map((name) => name.toLowerCase()));
  const viewer = (name: string) => [`CloudFront-Is-${name}-Viewer`, String(name === 'Desktop')] as const;
  const added: (readonly [string, string])[] = [
    ...(api.endpointType === 'EDGE'
      ? [['CloudFront-Forwarded-Proto', 'https'] as const, ...['Desktop', 'Mobile', 'SmartTV', 'Tablet'].map(viewer)]
      : []),
    ['Host', domainOf(world, api.apiId)],
    ['X-Amzn-Trace-Id', traceId],
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
  const missing = added.filter(([name]) => !present.has(name.toLowerCase()));
  return { ...sent, ...Object.fromEntries(missing.map(([name, value]) => [name, [value]])) };
}

/** The single-value maps keep the last of several values. */
const lasts = (lists: Lists): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']));

const orNull = <T extends object>(map: T | undefined): T | null =>
  map === undefined || Object.keys(map).length === 0 ? null : map;

function restEvent(world: World, routed: Routed, request: IncomingRequest, varying: Varying): object {
  const { stage, found, format } = routed;
  const headers = headersOf(world, routed, request, varying);
  const query: Lists = Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name, listOf(value)]));
  return {
    resource: found.route.resource,
    path: format === 'rest' ? request.path : stagePath(stage, request.path),
    httpMethod: request.method,
    headers: lasts(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lasts(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(found.parameters),
    stageVariables: orNull(stage.variables),
    requestContext: restContext(world, routed, request, varying, lasts(headers)),
    body: request.body ?? null,
    isBase64Encoded: request.isBase64Encoded ?? false,
  };
}

const stagePath = ({ stageName }: Stage, path: string): string =>
  stageName === '$default' ? path : `/${stageName}${path}`;

function restContext(
  world: World,
  { api, stage, deploymentId, found, format }: Routed,
  request: IncomingRequest,
  varying: Varying,
  headers: Readonly<Record<string, string>>,
): object {
  const { method, resource } = found.route;
  const userAgent = Object.entries(headers).find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? null;
  return {
    resourceId: format === 'rest' ? resourceIdOf(world, api, resource) : `${method} ${resource}`,
    resourcePath: resource,
    httpMethod: request.method,
    extendedRequestId: varying.extendedRequestId,
    requestTime: varying.time,
    path: stagePath(stage, request.path),
    accountId: world.accountId,
    protocol: 'HTTP/1.1',
    stage: stage.stageName,
    domainPrefix: api.apiId,
    requestTimeEpoch: Number(varying.epochMs),
    requestId: format === 'rest' ? varying.requestId : varying.extendedRequestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent,
      user: null,
    },
    domainName: domainOf(world, api.apiId),
    ...(format === 'rest' && { deploymentId }),
    apiId: api.apiId,
  };
}

/** Every path of a REST API is a resource with an id of its own. */
const resourceIdOf = (world: World, { apiId, rootResourceId }: Api, resource: string): string =>
  resource === '/' ? rootResourceId : world.random.text('ids', `${apiId} ${resource}`, 6, LETTERS_AND_DIGITS);

const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const joined = (lists: Lists, separator: string): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(separator)]));

const lowerCased = (lists: Lists): Lists =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name.toLowerCase(), values]));

/** Members without content are left out. */
function httpEvent(world: World, routed: Routed, request: IncomingRequest, varying: Varying): object {
  const { api, stage, found } = routed;
  const { cookie: cookies, ...headers } = lowerCased(headersOf(world, routed, request, varying));
  const query: Lists = Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name, listOf(value)]));
  const path = stagePath(stage, decoded(request.path));
  const { method, resource } = found.route;
  const routeKey = resource === '$default' ? '$default' : `${method} ${resource}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQuery ?? rawQuery(query),
    ...(cookies !== undefined && { cookies: cookies.flatMap((each) => each.split('; ')) }),
    headers: joined(headers, ','),
    ...(Object.keys(query).length > 0 && { queryStringParameters: joined(query, ',') }),
    requestContext: {
      accountId: world.accountId,
      apiId: api.apiId,
      domainName: domainOf(world, api.apiId),
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent']?.at(-1) ?? '',
      },
      requestId: varying.extendedRequestId,
      routeKey,
      stage: stage.stageName,
      time: varying.time,
      timeEpoch: Number(varying.epochMs),
    },
    ...(found.parameters !== undefined && { pathParameters: found.parameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
    ...(request.body !== undefined && request.body !== '' && { body: request.body }),
    isBase64Encoded: request.isBase64Encoded ?? false,
  };
}

const rawQuery = (query: Lists): string =>
  Object.entries(query)
    .flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`))
    .join('&');
