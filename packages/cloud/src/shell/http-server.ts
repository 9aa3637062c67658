/**
 * A loopback HTTP server in front of a function from request to answer. It knows nothing of AWS. Connections are
 * kept alive, bodies have a limit, garbage gets a 400 and nothing a client sends takes the process down.
 */
import type http from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import type { WireRequest, WireResponse } from '../wire/index.ts';

export interface HttpServerOptions {
  readonly handle: (request: WireRequest) => WireResponse | Promise<WireResponse>;
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly maxBodyBytes?: number;
  /** The answer to a longer body. */
  readonly tooLarge?: WireResponse;
  /** Whether the process may end while the server listens. */
  readonly unref?: boolean;
  /** A bug in `handle`: the caller gets a 500 and this hears of it. By default it becomes a process warning. */
  readonly onError?: (error: unknown) => void;
}

export interface HttpServer {
  /** `http://127.0.0.1:4600`, without a slash at the end. */
  readonly url: string;
  /** Ends all connections, those in flight too. */
  close(): Promise<void>;
}

// Not by `import`, which reads every export of node:http and with them loads all that `fetch` and WebSocket need.
const { createServer } = createRequire(import.meta.url)('node:http') as typeof http;

const KEEP_ALIVE_MS = 600_000;
const MAX_BODY_BYTES = 128 * 1024 * 1024;

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host = '127.0.0.1', port = 0, unref = false } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, noDelay: true });
  server.on('request', (request, response) => receive(options, request, response));
  server.on('clientError', (_error, socket) => refuseGarbage(socket as Socket));
  if (unref) server.on('connection', (socket) => socket.unref()).unref();
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => close(server) };
}

/**
 * Gathers the body, then answers. Callbacks rather than promises: this is the path of every call, and half of its cost.
 * A client that goes away in the middle never gets here to `end`.
 */
function receive(options: HttpServerOptions, message: IncomingMessage, response: ServerResponse): void {
  // AWS's clients would correct their clocks by the machine's date, and the cloud's own time is another.
  response.sendDate = false;
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (encoding === undefined && (length === undefined || length === '0')) {
    answer(options, requestOf(message, EMPTY), response);
    return;
  }
  const { maxBodyBytes = MAX_BODY_BYTES, tooLarge = TOO_LARGE } = options;
  const parts: Buffer[] = [];
  let size = 0;
  message.on('data', (part: Buffer) => {
    size += part.length;
    if (size <= maxBodyBytes) parts.push(part);
    else if (!response.headersSent) {
      parts.length = 0;
      send(response, tooLarge);
    }
  });
  message.on('end', () => {
    if (size <= maxBodyBytes) answer(options, requestOf(message, joined(parts)), response);
  });
  message.on('error', () => response.destroy());
}

const EMPTY = new Uint8Array();
const joined = (parts: readonly Buffer[]): Uint8Array => (parts.length === 1 && parts[0]) || Buffer.concat(parts);

function answer(options: HttpServerOptions, request: WireRequest, response: ServerResponse): void {
  const failed = (error: unknown): void => {
    (options.onError ?? warn)(error);
    if (response.headersSent) response.destroy();
    else send(response, BUG);
  };
  try {
    const answered = options.handle(request);
    if ('then' in answered) answered.then((it) => send(response, it)).catch(failed);
    else send(response, answered);
  } catch (error) {
    failed(error);
  }
}

function requestOf(message: IncomingMessage, body: Uint8Array): WireRequest {
  const { method = 'GET', url = '/', headers, rawHeaders } = message;
  // Node joins repeated headers already, all but Set-Cookie, which no request has any use for.
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  return { method, url, headers: headers as Record<string, string>, body, rawHeaders };
}

const TOO_LARGE: WireResponse = {
  status: 413,
  headers: { 'content-type': 'application/json', connection: 'close' },
  body: '{"__type":"RequestEntityTooLargeException","message":"The request body is too large."}',
};

const BUG: WireResponse = {
  status: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"__type":"InternalFailure","message":"The embedded cloud failed to answer. This is a bug in it."}',
};

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  // An answer to HEAD says how long the body would have been.
  response.writeHead(status, { 'content-length': length, ...(headers as Record<string, string | string[]>) });
  response.end(body);
}

function refuseGarbage(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  else socket.destroy();
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
