/** Every deployed API answers real HTTP on a loopback port of its own, by the paths that it has on AWS: `/Prod/…`. */
import type { Cloud } from '../cloud.ts';
import type { OutsideRequest } from '../engine.ts';
import { type Api, GATEWAY_ANSWERS, type HttpAnswer, MAX_BODY_BYTES } from '../services/apigateway/index.ts';
import type { WireRequest, WireResponse } from '../wire/index.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';

export interface ServedApi {
  readonly apiId: string;
  readonly name: string;
  /** `http://127.0.0.1:4601`, to be followed by a stage. */
  readonly url: string;
}

export interface ServedApis {
  list(): readonly ServedApi[];
  close(): Promise<void>;
}

export interface ServeApisOptions {
  readonly cloud: Pick<Cloud, 'world' | 'journal' | 'request' | 'now'>;
  /** The ports that are tried first go up from here. */
  readonly firstPort: number;
  /** Whether a request has to move time itself, because nobody else does. */
  readonly movesTime: () => boolean;
  readonly onServed: (api: ServedApi) => void;
  readonly onError: (error: unknown) => void;
}

/** Follows the cloud: an API that is made is served, one that is deleted is not. */
export function serveApis(options: ServeApisOptions): ServedApis {
  const { cloud, onServed, onError } = options;
  const servers = new Map<string, Promise<HttpServer>>();
  const served = new Map<string, ServedApi>();
  let nextPort = options.firstPort;

  function open({ apiId, name, kind }: Api): void {
    if (servers.has(apiId)) return;
    const handle = (request: WireRequest): Promise<WireResponse> => answer(options, apiId, request);
    const { beyondGateway } = GATEWAY_ANSWERS[kind === 'HTTP' ? 'http' : 'rest'];
    const tooLarge = responseOf(beyondGateway, beyondGateway.status, cloud.now, 'POST');
    const opening = listen({ handle, port: nextPort++, onError, maxBodyBytes: MAX_BODY_BYTES, tooLarge });
    servers.set(apiId, opening);
    opening
      .then(({ url }) => {
        const api = { apiId, name, url };
        served.set(apiId, api);
        onServed(api);
      })
      .catch(onError);
  }

  function shut(apiId: string): void {
    const server = servers.get(apiId);
    servers.delete(apiId);
    served.delete(apiId);
    server?.then((it) => it.close()).catch(onError);
  }

  for (const api of cloud.world.apigateway.apis.values()) open(api);
  const unsubscribe = cloud.journal.subscribe(({ effect }) => {
    if (effect.type === 'apigateway.ApiPut') open(effect.api);
    else if (effect.type === 'apigateway.ApiDeleted') shut(effect.apiId);
  });
  return {
    list: () => [...served.values()],
    async close() {
      unsubscribe();
      await Promise.all([...servers.values()].map(async (server) => (await server).close()));
    },
  };
}

/** The wanted port, or any when it is taken. */
async function listen(options: HttpServerOptions): Promise<HttpServer> {
  try {
    return await createHttpServer(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return createHttpServer({ ...options, port: 0 });
  }
}

async function answer(
  { cloud, movesTime }: ServeApisOptions,
  apiId: string,
  request: WireRequest,
): Promise<WireResponse> {
  const api = cloud.world.apigateway.apis.get(apiId);
  if (api === undefined) return { status: 404, headers: {}, body: '' };
  const served = await cloud.request(outsideRequest(api, request), movesTime());
  // No request ends with an informational status, and its caller would wait for ever: assumption `informational-status`.
  if (served.status < 200) return { status: 502, headers: {}, body: '{"message":"Internal server error"}' };
  return responseOf(served.answer, served.status, cloud.now, request.method);
}

/** A request line of the caller → stage, path and query as the gateway takes them. */
export function outsideRequest(api: Api, request: WireRequest): OutsideRequest {
  const [whole = '/', search = ''] = splitOnce(request.url, '?');
  const { stage, path } = stageAndPath(api, whole);
  const isBinary = request.body.length > 0 && takesBytes(api, request.headers['content-type'] ?? '');
  return {
    apiId: api.apiId,
    stage,
    method: request.method,
    path,
    headers: headersOf(request),
    query: gathered(new URLSearchParams(search)),
    ...(search !== '' && { rawQuery: search }),
    ...(request.body.length > 0 && {
      body: Buffer.from(request.body).toString(isBinary ? 'base64' : 'utf8'),
      isBase64Encoded: isBinary,
    }),
    sourceIp: '127.0.0.1',
  };
}

const splitOnce = (text: string, by: string): readonly string[] => {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

/** HTTP APIs have a stage without a place in the path, `$default`. */
function stageAndPath({ kind, stages }: Api, whole: string): { readonly stage: string; readonly path: string } {
  const [, first = '', rest = ''] = /^\/([^/]*)(\/.*)?$/s.exec(whole) ?? [];
  if (kind === 'HTTP' && !Object.hasOwn(stages, first)) return { stage: '$default', path: whole };
  return { stage: first, path: rest === '' ? '/' : rest };
}

/** As they arrived, repeated ones as lists: the gateway keeps the caller's spelling. */
function headersOf({ headers, rawHeaders }: WireRequest): Record<string, string | readonly string[]> {
  if (rawHeaders === undefined) return { ...headers };
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  const lengthless = pairs.filter(([name]) => !/^(?:connection|transfer-encoding|expect)$/i.test(name));
  return gathered(lengthless);
}

function gathered(pairs: Iterable<readonly [string, string]>): Record<string, string | readonly string[]> {
  const all = new Map<string, string | readonly string[]>();
  for (const [name, value] of pairs) {
    const known = all.get(name);
    all.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(all);
}

const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded)\b|[^;]*\+(?:json|xml)\b)/i;

/** REST APIs take bytes of the types that they declare, HTTP APIs of all that are not text. Source: sections 5.2, 5.4. */
function takesBytes({ kind, definition }: Api, contentType: string): boolean {
  if (kind === 'HTTP') return contentType !== '' && !TEXT.test(contentType);
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const [group = ''] = type.split('/');
  return definition.binaryMediaTypes.some((it) => it === '*/*' || it.toLowerCase() === type || it === `${group}/*`);
}

/** What may be a header's name. Source: RFC 9110, 5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** Headers of one connection; the length is counted again when the body is written. */
const OF_THE_SOCKET = new Set(
  'connection content-length keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
);

/** HTTP has no control characters in a value, and bytes for all that is not ASCII. */
const carried = (value: string): string =>
  Buffer.from(value.replaceAll(/[^\t\x20-\x7e\x80-\u{10ffff}]/gu, ' ')).toString('latin1');

function responseOf(answer: HttpAnswer | undefined, status: number, now: number, method: string): WireResponse {
  const headers: Record<string, string | readonly string[]> = { date: new Date(now).toUTCString() };
  for (const [spelled, value] of answer?.headers ?? []) {
    const name = spelled.toLowerCase();
    if (!TOKEN.test(name) || OF_THE_SOCKET.has(name)) continue;
    const known = headers[name];
    headers[name] = known === undefined || name === 'date' ? carried(value) : [known, carried(value)].flat();
  }
  const body = method === 'HEAD' ? '' : (answer?.body ?? '');
  // Bytes in any case: Node writes a text in one piece with the headers, and would encode those once more.
  return { status, headers, body: Buffer.from(body, answer?.isBase64Encoded === true ? 'base64' : 'utf8') };
}
