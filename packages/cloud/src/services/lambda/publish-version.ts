import type { World } from '../../world-state.ts';
import type { FunctionRecord, FunctionRevision, VersionPublished } from './state.ts';

/**
 * The version that PublishVersion returns again because nothing has changed since it was published: same
 * code and configuration, whatever the descriptions. Undefined when publishing makes a new one.
 * CloudFormation fails its Version resource on such a version (codedeploy reference 4.4.2).
 * Source: L-VER (D), LS lambda_/test_lambda_api.snapshot.json (S).
 */
export function versionThatExists(fn: FunctionRecord): FunctionRevision | undefined {
  const last = fn.versions.get(String(fn.lastPublished));
  if (last === undefined || fingerprint(last) !== fingerprint(fn.latest)) return undefined;
  return last;
}

/** Number of the version that publishing `functionName` would return again, for CloudFormation's message. */
export function publishedVersionOf(world: World, functionName: string): string | undefined {
  const fn = world.lambda.functions.get(functionName);
  return fn && versionThatExists(fn)?.version;
}

/** $LATEST as a new version. Numbers rise by 1 and are never given out twice. Source: L-VER (D). */
export function publish(world: World, fn: FunctionRecord, description: string | undefined): VersionPublished {
  const version = String(fn.lastPublished + 1);
  return {
    type: 'lambda.VersionPublished',
    functionName: fn.functionName,
    version,
    codeSha256: fn.latest.code.sha256,
    description: description ?? fn.latest.description,
    revisionId: world.random.uuid('ids', `${world.applied}:${fn.functionName}:${version}`),
  };
}

function fingerprint({ code, configuration }: FunctionRevision): string {
  return JSON.stringify([code.sha256, sorted(configuration)]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}
