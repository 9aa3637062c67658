/**
 * Method throttling of a stage: a bucket of tokens for each method, which holds `burst` of them and gets `ratePerSecond`
 * of them back; a request takes one, and is answered with 429 where there is none. The setting for all methods gives each
 * of them a bucket of its own. Source: AG-api-gateway-request-throttling (D): "applied at the API method level for a stage".
 * That it is exact, and which setting holds where there are two, is the assumption `stage-throttling`.
 */
import type { Instant } from '../../instant.ts';
import type { Route } from './read-definition.ts';
import type { ApiGatewayState, Stage } from './state.ts';

export interface MethodLimit {
  readonly ratePerSecond?: number;
  readonly burst?: number;
}

/** By `GET /unicorns`; `ALL_METHODS` for those that have none of their own. A setting is taken whole, never merged. */
export type MethodLimits = Readonly<Record<string, MethodLimit>>;

export const ALL_METHODS = '*';

/** What a setting leaves out is the account's: 10,000 requests a second, 5,000 at once. Source: AG-limits (D). */
const ACCOUNT = { ratePerSecond: 10_000, burst: 5_000 };

/** A token that a request has taken, and when its bucket is full again, if nobody takes another. */
export interface Token {
  readonly bucket: string;
  readonly fullAt: number;
}

interface Bucket {
  readonly name: string;
  /** Infinite: the bucket stays empty. */
  readonly msPerToken: number;
  readonly burst: number;
}

const buckets = new WeakMap<Stage, Map<Route, Bucket | undefined>>();

/** The bucket of a method, if the stage limits it: AWS writes -1 for no limit. */
function bucketOf(apiId: string, stage: Stage, limits: MethodLimits, route: Route): Bucket | undefined {
  let known = buckets.get(stage);
  if (known === undefined) buckets.set(stage, (known = new Map()));
  if (known.has(route)) return known.get(route);
  const method = route.resource === '$default' ? '$default' : `${route.method} ${route.resource}`;
  const { ratePerSecond, burst } = { ...ACCOUNT, ...(limits[method] ?? limits[ALL_METHODS] ?? UNLIMITED) };
  const bucket: Bucket | undefined =
    ratePerSecond < 0 || burst < 0
      ? undefined
      : { name: `${apiId}\t${stage.stageName}\t${method}`, msPerToken: 1_000 / ratePerSecond, burst };
  known.set(route, bucket);
  return bucket;
}

const UNLIMITED: MethodLimit = { ratePerSecond: -1, burst: -1 };

/** Instants are doubles: a token that comes back exactly now is there. */
const TOLERANCE_MS = 0.001;

/**
 * The token that a request at `now` takes; `none`: its bucket is empty; undefined: nothing limits it. `ahead` holds what
 * requests have taken that were asked before their instant, and gets what this one takes.
 */
export function takeToken(
  { buckets: taken }: ApiGatewayState,
  { apiId, stage, route }: { readonly apiId: string; readonly stage: Stage; readonly route: Route },
  now: Instant,
  ahead: Map<string, number>,
): Token | 'none' | undefined {
  if (stage.limits === undefined) return undefined;
  const bucket = bucketOf(apiId, stage, stage.limits, route);
  if (bucket === undefined) return undefined;
  const { name, msPerToken, burst } = bucket;
  const fullAt = Math.max(ahead.get(name) ?? taken.get(name) ?? now, now) + msPerToken;
  if (msPerToken === Infinity || fullAt - now > burst * msPerToken + TOLERANCE_MS) return 'none';
  ahead.set(name, fullAt);
  return { bucket: name, fullAt };
}

/** `~1unicorns~1{id}` and `GET`, or two asterisks, of a patch path, as the name of a method. */
export function methodOf(resource: string, method: string): string {
  const path = resource.replaceAll('~1', '/').replaceAll('~0', '~');
  if (path === '*' || path === '/*') return ALL_METHODS;
  return `${method} ${path.startsWith('/') ? path : `/${path}`}`;
}
