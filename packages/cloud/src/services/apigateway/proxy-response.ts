/**
 * From what a function returned to what the caller gets. Source: sections 5.2 (HTTP APIs) and 5.5 (REST APIs),
 * row by row in proxy-response.test.ts.
 */
import type { HttpAnswer, PayloadFormat } from './state.ts';

type Json = Readonly<Record<string, unknown>>;
type Headers = readonly (readonly [string, string])[];

const json = (status: number, body: string, headers: Headers = []): HttpAnswer => ({
  status,
  headers: [['content-type', 'application/json'], ...headers],
  body,
  isBase64Encoded: false,
});

const errorType = (name: string): Headers => [['x-amzn-ErrorType', name]];

/** The answers that a gateway gives by itself. REST and HTTP differ down to the blank after the colon. */
export const GATEWAY_ANSWERS = {
  rest: {
    functionFailed: json(502, '{"message": "Internal server error"}', errorType('InternalServerErrorException')),
    malformed: json(502, '{"message": "Internal server error"}', errorType('InternalServerErrorException')),
    notInvoked: json(500, '{"message": "Internal server error"}', errorType('InternalServerErrorException')),
    timedOut: json(504, '{"message": "Endpoint request timed out"}', errorType('InternalServerErrorException')),
    noRoute: json(403, '{"message":"Missing Authentication Token"}', errorType('MissingAuthenticationTokenException')),
    noStage: json(403, '{"message":"Forbidden"}', errorType('ForbiddenException')),
    // Both are recorded in koki-develop/lgtm-generator#10 (C); the first also in NET (S).
    tooLarge: json(413, '{"message": "Request Too Long"}', errorType('BadRequestException')),
    beyondGateway: {
      status: 413,
      headers: [['content-type', 'text; charset=utf-8']],
      body: 'HTTP content length exceeded 10485760 bytes.',
      isBase64Encoded: false,
    },
    throttled: json(429, '{"message":"Too Many Requests"}', errorType('TooManyRequestsException')),
  },
  http: {
    functionFailed: json(500, '{"message":"Internal Server Error"}'),
    malformed: json(500, '{"message":"Internal Server Error"}'),
    notInvoked: json(500, '{"message":"Internal Server Error"}'),
    timedOut: json(503, '{"message":"Service Unavailable"}'),
    noRoute: json(404, '{"message":"Not Found"}'),
    noStage: json(404, '{"message":"Not Found"}'),
    tooLarge: json(413, '{"message":"Request Entity Too Large"}'),
    beyondGateway: json(413, '{"message":"Request Entity Too Large"}'),
    throttled: json(429, '{"message":"Too Many Requests"}'),
  },
} as const satisfies Record<string, Record<string, HttpAnswer>>;

export const gatewayAnswers = (format: PayloadFormat) => GATEWAY_ANSWERS[format === 'rest' ? 'rest' : 'http'];

/** Maps a successful invocation's payload (JSON text). */
export function mapResponse(
  format: PayloadFormat,
  payload: string,
  binaryMediaTypes: readonly string[] = [],
): HttpAnswer {
  switch (format) {
    case 'rest':
      return mapRest(payload, binaryMediaTypes) ?? GATEWAY_ANSWERS.rest.malformed;
    case '1.0':
      return mapHttp(parse(payload), false) ?? GATEWAY_ANSWERS.http.malformed;
    case '2.0':
      return mapInferred(payload) ?? GATEWAY_ANSWERS.http.malformed;
    default:
      return format satisfies never;
  }
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const REST_MEMBERS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

function mapRest(payload: string, binaryMediaTypes: readonly string[]): HttpAnswer | undefined {
  const value = parse(payload);
  if (!isMap(value)) return undefined;
  const members = Object.keys(value);
  if (members.length === 0 || members.some((name) => !REST_MEMBERS.has(name))) return undefined;
  const status = value['statusCode'] === undefined ? 200 : statusOf(value['statusCode']);
  const headers = ownRenamed(mergeHeaders(value['multiValueHeaders'], value['headers']));
  const body = value['body'] ?? '';
  if (status === undefined || headers === undefined || typeof body !== 'string') return undefined;
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  // Without a matching binary media type the flag is ignored and the body passed as text.
  const isBase64Encoded = value['isBase64Encoded'] === true && isBinary(type ?? '', binaryMediaTypes);
  return {
    status,
    headers: type === undefined ? [['content-type', 'application/json'], ...headers] : headers,
    body,
    isBase64Encoded,
  };
}

/**
 * A REST API sends headers of its own, and what a function has for them under another name. Source: LS
 * apigateway/test_apigateway_common.snapshot.json (S) for four of them; WWW-Authenticate: several repositories (C).
 */
const ownRenamed = (headers: Headers | undefined): Headers | undefined =>
  headers?.some(([name]) => OWN_OF_REST.test(name))
    ? headers
        .filter(([name]) => !/^transfer-encoding$/i.test(name))
        .map(([name, value]) => [OWN_OF_REST.test(name) ? `x-amzn-Remapped-${name}` : name, value])
    : headers;

const OWN_OF_REST = /^(?:connection|content-length|date|server|transfer-encoding|www-authenticate)$/i;

const isBinary = (type: string, binaryMediaTypes: readonly string[]): boolean =>
  binaryMediaTypes.some(
    (each) =>
      each === '*/*' ||
      each === type.split(';')[0]?.trim() ||
      (each.endsWith('/*') && type.startsWith(each.slice(0, -1))),
  );

/** An integer from 100 to 599, also as text. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Multi values first, then the single one. Undefined: one of the maps has a wrong shape. */
function mergeHeaders(multiple: unknown, single: unknown): [string, string][] | undefined {
  const merged: [string, string][] = [];
  if (![multiple ?? {}, single ?? {}].every(isMap)) return undefined;
  for (const [name, values] of Object.entries((multiple ?? {}) as Json)) {
    if (!Array.isArray(values) || !values.every(isScalar)) return undefined;
    for (const value of values) merged.push([name, String(value)]);
  }
  for (const [name, value] of Object.entries((single ?? {}) as Json)) {
    if (value === null) continue;
    if (!isScalar(value)) return undefined;
    merged.push([name, String(value)]);
  }
  return merged;
}

function mapHttp(value: unknown, withCookies: boolean): HttpAnswer | undefined {
  if (!isMap(value)) return undefined;
  const status = statusOf(value['statusCode']);
  const headers = mergeHeaders(withCookies ? undefined : value['multiValueHeaders'], value['headers']);
  const body = value['body'] ?? '';
  if (status === undefined || headers === undefined || typeof body !== 'string') return undefined;
  const cookies = withCookies && Array.isArray(value['cookies']) ? (value['cookies'] as unknown[]) : [];
  const typed: [string, string][] = headers.some(([name]) => name.toLowerCase() === 'content-type')
    ? headers
    : [['content-type', 'text/plain; charset=utf-8'], ...headers];
  return {
    status,
    headers: [...typed, ...cookies.map((cookie) => ['set-cookie', String(cookie)] as const)],
    body,
    isBase64Encoded: value['isBase64Encoded'] === true,
  };
}

/** Payload 2.0: whatever is no answer by shape is the body of a 200. */
function mapInferred(payload: string): HttpAnswer | undefined {
  const value = parse(payload);
  if (isMap(value) && value['statusCode'] !== undefined) return mapHttp(value, true);
  return json(200, typeof value === 'string' ? value : payload);
}
