/**
 * A cloud as an endpoint for AWS's own clients: one port for their protocols and for commands to the clock, one for
 * each deployed API, and a clock. Handlers inside the cloud keep the cloud's own port.
 */
import type { Cloud } from '../cloud.ts';
import { isoTime } from '../instant.ts';
import type { WireRequest, WireResponse } from '../wire/index.ts';
import { createHttpServer } from './http-server.ts';
import { type ServedApi, type ServedApis, serveApis } from './serve-apis.ts';
import { type ServeClock, type Speed, startServeClock } from './serve-clock.ts';

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly speed: Speed;
  readonly onApi: (api: ServedApi) => void;
  /** A bug behind the server; it goes on. */
  readonly onError: (error: unknown) => void;
}

export interface ServedCloud {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly clock: ServeClock;
  apis(): readonly ServedApi[];
  close(): Promise<void>;
}

/** Throws Node's own error when the port is taken. */
export async function serveCloud(cloud: Cloud, { port, speed, onApi, onError }: ServeOptions): Promise<ServedCloud> {
  const clock = startServeClock({ cloud, speed, onError });
  const front = await createHttpServer({
    port,
    onError,
    handle: (request) => command(cloud, clock, apis, request) ?? answer(cloud, clock, request),
  }).catch(async (error: unknown) => {
    await clock.stop();
    throw error;
  });
  const { url } = front;
  const firstPort = Number(new URL(url).port) + 1;
  const apis: ServedApis = serveApis({
    cloud,
    firstPort,
    movesTime: () => clock.speed === 'paused',
    onServed: onApi,
    onError,
  });
  return {
    url,
    clock,
    apis: () => apis.list(),
    async close() {
      await front.close();
      await apis.close();
      await clock.stop();
    },
  };
}

/** A call may have begun what the clock jumps over. */
async function answer(cloud: Cloud, clock: ServeClock, request: WireRequest): Promise<WireResponse> {
  const response = await cloud.handle(request);
  clock.nudge();
  return response;
}

const PREFIX = '/_canary/';

/** No bucket is called `_canary`, so that this path is nobody's. */
function command(
  cloud: Cloud,
  clock: ServeClock,
  apis: ServedApis,
  request: WireRequest,
): Promise<WireResponse> | undefined {
  if (!request.url.startsWith(PREFIX)) return undefined;
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  return carryOut(clock, `${request.method} ${pathname.slice(PREFIX.length)}`, searchParams).then((problem) =>
    problem === undefined
      ? json(200, { now: isoTime(cloud.now), speed: clock.speed, apis: apis.list() })
      : json(400, { message: problem }),
  );
}

const USAGE = 'Commands: GET status, POST advance?for=5m, POST speed?value=1|60|max|paused.';

/** Gives what is wrong with the command, or nothing. */
async function carryOut(clock: ServeClock, what: string, given: URLSearchParams): Promise<string | undefined> {
  if (what === 'GET status') return undefined;
  if (what === 'POST advance') {
    const ms = readDuration(given.get('for') ?? '');
    if (ms === undefined) return `The time "${given.get('for') ?? ''}" is not of the form 90s, 5m or 1h. ${USAGE}`;
    await clock.advance(ms);
    return undefined;
  }
  if (what !== 'POST speed') return USAGE;
  const speed = readSpeed(given.get('value') ?? '');
  if (speed === undefined) return `The speed "${given.get('value') ?? ''}" is not known. ${USAGE}`;
  clock.setSpeed(speed);
  return undefined;
}

const json = (status: number, body: object): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `250ms`, `90s`, `5m`, `1.5h`, at most 52 h, in milliseconds. */
export function readDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN);
  return Number.isFinite(ms) && ms <= 52 * 3_600_000 ? ms : undefined;
}

/** `60`, `0.5`, `max`, `paused`. */
export function readSpeed(text: string): Speed | undefined {
  if (text === 'max' || text === 'paused') return text;
  const number = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  return number > 0 ? number : undefined;
}
