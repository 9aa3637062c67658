/**
 * CORS as an HTTP API answers it: preflights even without a route, headers of the API instead of the function's.
 * REST APIs do nothing by themselves. Source: AG-http-api-cors (D), section 5.6.
 */
import type { Cors } from './read-definition.ts';
import type { HttpAnswer } from './state.ts';

/** The answer to a preflight, or undefined when the request is none. */
export function preflight(
  cors: Cors,
  method: string,
  header: (name: string) => string | undefined,
): HttpAnswer | undefined {
  const origin = header('origin');
  if (method !== 'OPTIONS' || origin === undefined || header('access-control-request-method') === undefined)
    return undefined;
  return { status: 204, headers: headersFor(cors, origin), body: '', isBase64Encoded: false };
}

/** Replaces the function's CORS headers by the API's. */
export function withCors(cors: Cors, origin: string, answer: HttpAnswer): HttpAnswer {
  const own = answer.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  return { ...answer, headers: [...own, ...headersFor(cors, origin)] };
}

/** An origin, or all of a scheme: `https://*`. */
const isAllowed = (allowed: string, origin: string): boolean =>
  allowed === origin || (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1)));

function headersFor(cors: Cors, origin: string): [string, string][] {
  const any = cors.allowOrigins.includes('*');
  if (!any && !cors.allowOrigins.some((allowed) => isAllowed(allowed, origin))) return [];
  const list = (name: string, values: readonly string[]): [string, string][] =>
    values.length === 0 ? [] : [[name, values.join(',')]];
  return [
    ['access-control-allow-origin', any && !cors.allowCredentials ? '*' : origin],
    ...list('access-control-allow-methods', cors.allowMethods),
    ...list('access-control-allow-headers', cors.allowHeaders),
    ...list('access-control-expose-headers', cors.exposeHeaders),
    ...(cors.allowCredentials ? [['access-control-allow-credentials', 'true'] as [string, string]] : []),
    ...(cors.maxAgeSeconds === undefined
      ? []
      : [['access-control-max-age', String(cors.maxAgeSeconds)] as [string, string]]),
  ];
}
