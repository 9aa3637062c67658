import type { Image } from '../../runner/index.ts';
import type { World } from '../../world-state.ts';
import { environmentOf } from './environment-variables.ts';
import { functionNotFound } from './function-name.ts';
import type { FunctionCode, FunctionImage } from './state.ts';
import { revisionOf } from './targets.ts';

/**
 * All that the runner needs to run an image, but credentials and endpoint in its environment, which the
 * engine adds. `imageKey` comes from an InvocationStarted.
 */
export function imageOf(world: World, imageKey: string): Image {
  const image = world.lambda.images.get(imageKey) ?? inFlightImage(world, imageKey);
  if (image === undefined) throw new Error(`the image ${imageKey} does not exist`);
  const { functionName, revision } = image;
  const { configuration, code, version } = revision;
  return {
    key: imageKey,
    functionName,
    version,
    handler: configuration.handler ?? '',
    runtime: configuration.runtime ?? '',
    files: filesOf(world, code),
    environment: environmentOf(world, image),
    timeoutMs: configuration.timeoutSeconds * 1_000,
    memoryMb: configuration.memoryMb,
    logFormat: configuration.logging.logFormat,
    applicationLogLevel: configuration.logging.applicationLogLevel,
    logGroup: configuration.logging.logGroup,
  };
}

/** Can calls still reach this image? The runner may forget one that is not current. */
export const isCurrentImage = (world: World, imageKey: string): boolean => world.lambda.images.has(imageKey);

function inFlightImage(world: World, imageKey: string): FunctionImage | undefined {
  for (const { route } of world.lambda.inFlight.values()) if (route.image.key === imageKey) return route.image;
  return undefined;
}

/** The role whose credentials an environment of this version holds. */
export function executionRole(world: World, functionName: string, version: string): string {
  const fn = world.lambda.functions.get(functionName);
  const revision = fn && revisionOf(fn, version);
  if (revision === undefined) throw functionNotFound(world, functionName, version);
  return revision.configuration.roleArn;
}

/** Path inside the package → bytes. A template's inline text is `index.js`, as CloudFormation names it. */
function filesOf(world: World, code: FunctionCode): ReadonlyMap<string, Uint8Array> {
  switch (code.type) {
    case 'artifact': {
      const artifact = world.artifacts.get(code.key);
      if (artifact === undefined) throw new Error(`the artifact ${code.key} does not exist any more`);
      return artifact.files;
    }
    case 'inline':
      return new Map([['index.js', new TextEncoder().encode(code.text)]]);
    case 'image':
      return new Map();
    default:
      return code satisfies never;
  }
}
