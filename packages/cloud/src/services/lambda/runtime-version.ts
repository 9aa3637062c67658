import { createHash } from 'node:crypto';
import type { World } from '../../world-state.ts';

/** A runtime as INIT_START names it. */
export interface RuntimeVersion {
  readonly name: string;
  readonly arn: string;
}

const known = new Map<string, RuntimeVersion>();

/**
 * How INIT_START names a runtime: `nodejs:24.v1` and an ARN with a hash, which depends on the runtime and
 * the region alone. Real patch numbers change every few weeks; nothing may depend on them.
 */
export function runtimeVersionOf({ region, partition }: World, runtime = 'nodejs24.x'): RuntimeVersion {
  const key = `${partition}:${region}:${runtime}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const name = runtime.replace(/^nodejs(\d+).*$/, 'nodejs:$1.v1');
  const hash = createHash('sha256').update(key).digest('hex');
  const version = { name, arn: `arn:${partition}:lambda:${region}::runtime:${hash}` };
  known.set(key, version);
  return version;
}
