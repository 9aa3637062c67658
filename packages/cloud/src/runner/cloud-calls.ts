/**
 * Calls from inside an environment to the rehearsed cloud: ordinary HTTP to the host of AWS_ENDPOINT_URL, with the
 * environment, its instant and its invocation in headers. The answer names the virtual instant at which it is complete
 * and the environment's clock moves there before its code sees the answer. Any other host is unreachable.
 */
import type http from 'node:http';
import type https from 'node:https';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { Inside } from './inside.ts';
import { unreachableClass, unreachableHost } from './unreachable.ts';

const hostRequire = createRequire(import.meta.url);
// Not by `import`, which reads every export of node:http and with them loads all that `fetch` and WebSocket need.
const realHttp = hostRequire('node:http') as typeof http;
const realHttps = hostRequire('node:https') as typeof https;

export const ENVIRONMENT_HEADER = 'x-rehearsal-environment';
export const INSTANT_HEADER = 'x-rehearsal-instant';
export const INVOCATION_HEADER = 'x-rehearsal-invocation';
export const NUMBER_HEADER = 'x-rehearsal-call';
export const COMPLETES_AT_HEADER = 'x-rehearsal-completes-at';
export const BEYOND_HEADER = 'x-rehearsal-beyond';

const completesAt = (header: unknown): number | undefined => {
  const ms = typeof header === 'string' ? Number(header) : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
};

/** The cloud says by name what it does not have. */
function noteBeyond(inside: Inside, header: unknown): void {
  if (typeof header === 'string') inside.leavesSlice(header);
}

const calls = new WeakMap<Inside, number>();

/** Calls that are made at once travel over sockets of their own: their numbers say in which order they were made. */
function numberOfCall(inside: Inside): number {
  const number = calls.get(inside) ?? 0;
  calls.set(inside, number + 1);
  return number;
}

function rehearsalHeaders(inside: Inside): Record<string, string> {
  return {
    [NUMBER_HEADER]: String(numberOfCall(inside)),
    [ENVIRONMENT_HEADER]: inside.environmentId,
    [INSTANT_HEADER]: String(Math.ceil(inside.clock.nowMs)),
    ...(inside.requestId === undefined ? {} : { [INVOCATION_HEADER]: inside.requestId }),
  };
}

/** `host:port` of the rehearsed cloud, or undefined when the function was given none. */
function endpointOf(inside: Inside): string | undefined {
  const url = inside.variables['AWS_ENDPOINT_URL'];
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

type RequestArgs = [unknown, unknown?, unknown?];

/** The module `node:http` or `node:https` as the environment imports it. */
export function virtualHttp(inside: Inside, name: 'http' | 'https'): object {
  const real = name === 'http' ? realHttp : realHttps;
  const request = (...args: RequestArgs): http.ClientRequest => sendRequest(inside, real, args);
  const get = (...args: RequestArgs): http.ClientRequest => request(...args).end();
  return Object.create(real, {
    request: { value: request, enumerable: true, writable: true },
    get: { value: get, enumerable: true, writable: true },
    createServer: { value: real.createServer, enumerable: true },
    ...(name === 'http' && {
      WebSocket: { value: unreachableClass(inside, 'WebSocket'), enumerable: true },
      CloseEvent: { value: whenNeeded('CloseEvent'), enumerable: true },
      MessageEvent: { value: whenNeeded('MessageEvent'), enumerable: true },
    }),
  }) as object;
}

/** Node reads a good part of itself for these, and `import('node:http')` asks for every export. */
function whenNeeded(name: 'CloseEvent' | 'MessageEvent'): unknown {
  const real = (): object => realHttp[name];
  return new Proxy(function () {}, {
    construct: (_, args, target) => Reflect.construct(real() as never, args, target) as object,
    get: (_, key) => Reflect.get(real(), key) as unknown,
    getPrototypeOf: () => Reflect.getPrototypeOf(real()),
  });
}

function sendRequest(inside: Inside, real: typeof http | typeof https, args: RequestArgs): http.ClientRequest {
  const options = requestOptions(args);
  const callback = args.find((arg) => typeof arg === 'function') as
    | ((response: http.IncomingMessage) => void)
    | undefined;
  const port = options.port ?? (real === realHttps || options.protocol === 'https:' ? 443 : 80);
  const target = `${options.hostname ?? options.host ?? 'localhost'}:${port}`;
  if (target !== endpointOf(inside)) return unreachableRequest(inside, target, options);
  const ends = inside.callBegins();
  const request = realHttp.request(options);
  for (const [name, value] of Object.entries(rehearsalHeaders(inside))) request.setHeader(name, value);
  if (callback !== undefined) request.once('response', callback);
  followCall(inside, request, ends);
  return request;
}

/** The three ways to name a target: url, url and options, options. */
function requestOptions(args: RequestArgs): http.RequestOptions {
  const [first, second] = args;
  const extra = typeof second === 'object' && second !== null ? second : {};
  if (typeof first !== 'string' && !(first instanceof URL)) return { ...(first as http.RequestOptions) };
  const url = new URL(first);
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: url.port }),
    path: `${url.pathname}${url.search}`,
    ...extra,
  };
}

function unreachableRequest(inside: Inside, target: string, options: http.RequestOptions): http.ClientRequest {
  const { agent: _agent, ...rest } = options;
  const release = inside.hold();
  const request = realHttp.request({
    ...rest,
    protocol: 'http:',
    createConnection: (_options, connected) => {
      queueMicrotask(() => (connected as (error: Error) => void)(unreachableHost(inside, target)));
      return undefined;
    },
  });
  emitInTurns(inside, request, release);
  return request;
}

/** From the request's start to the end of the response's body the environment stands still. */
function followCall(inside: Inside, request: http.ClientRequest, ends: (completesAtMs?: number) => void): void {
  let answeredAt: number | undefined;
  const end = (): void => ends(answeredAt);
  emitInTurns(inside, request, end);
  request.prependOnceListener('response', (response: http.IncomingMessage) => {
    if (answeredAt !== undefined) inside.clock.moveTo(answeredAt);
    response.prependOnceListener('end', end);
    emitInTurns(inside, response, end);
  });
  const emit = request.emit.bind(request) as (...args: unknown[]) => boolean;
  request.emit = ((...args: unknown[]): boolean => {
    const [name, response] = args;
    if (name === 'socket') handleAtOnce(inside, response as Socket);
    if (name === 'response') {
      const { headers } = response as http.IncomingMessage;
      answeredAt = completesAt(headers[COMPLETES_AT_HEADER]);
      noteBeyond(inside, headers[BEYOND_HEADER]);
    }
    return emit(...args);
  }) as typeof request.emit;
}

/** Who waits for what comes over a socket: an agent keeps sockets for later requests. */
const waiting = new WeakMap<Socket, { inside: Inside }>();

/** A chunk is mostly a whole answer: its head, its body and its end, each with events of their own. */
function handleAtOnce(inside: Inside, socket: Socket): void {
  const known = waiting.get(socket);
  if (known !== undefined) {
    known.inside = inside;
    return;
  }
  const reader = { inside };
  waiting.set(socket, reader);
  const emit = socket.emit.bind(socket) as (...args: unknown[]) => boolean;
  socket.emit = ((...args: unknown[]): boolean => {
    if (args[0] !== 'data') return emit(...args);
    let heard = false;
    reader.inside.event(() => {
      heard = emit(...args);
    });
    return heard;
  }) as typeof socket.emit;
}

/**
 * Events of real sockets reach handler code as turns of its environment. One that is no more hears nothing, and Node
 * then reads what is left of the answer by itself. `closed` is told in any case.
 */
function emitInTurns(inside: Inside, emitter: http.ClientRequest | http.IncomingMessage, closed: () => void): void {
  const emit = emitter.emit.bind(emitter) as (...args: unknown[]) => boolean;
  emitter.emit = ((...args: unknown[]): boolean => {
    if (args[0] === 'close') closed();
    // Most events of a socket's life interest nobody, and a turn is dear. An unheard error throws, as it should.
    let heard = emitter.listenerCount(args[0] as string) > 0;
    if (!heard && args[0] !== 'error') return false;
    const isAlive = inside.enter(() => {
      heard = emit(...args);
    });
    return isAlive && heard;
  }) as typeof emitter.emit;
}

/** `fetch`: the body is read before the answer is handed out, because the call is complete only then. */
export function createFetch(inside: Inside): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const target = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
    if (target !== endpointOf(inside)) throw new TypeError('fetch failed', { cause: unreachableHost(inside, target) });
    for (const [name, value] of Object.entries(rehearsalHeaders(inside))) request.headers.set(name, value);
    const ends = inside.callBegins();
    let answeredAt: number | undefined;
    try {
      const response = await globalThis.fetch(request);
      const body = await response.arrayBuffer();
      answeredAt = completesAt(response.headers.get(COMPLETES_AT_HEADER));
      noteBeyond(inside, response.headers.get(BEYOND_HEADER));
      const hasBody = ![101, 204, 205, 304].includes(response.status);
      return new Response(hasBody ? body : null, response);
    } finally {
      ends(answeredAt);
    }
  };
}
