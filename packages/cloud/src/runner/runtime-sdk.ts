/**
 * Version 3 of the AWS SDK, which the images of nodejs18.x and later hold, so that packages come without it. Here it is
 * the one that the cloud itself is built with: its clients are those of the services that are emulated.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';

/** Where an image keeps its modules. */
const RUNTIME_ROOT = '/var/runtime';
const IN_THE_IMAGE = /^@(?:aws-sdk|smithy)\//;

export const isOfSdk = (specifier: string): boolean => IN_THE_IMAGE.test(specifier);

const hostRequire = createRequire(import.meta.url);

/** What stands before node_modules on this machine; nobody inside sees it. */
const hostRoot = (): string => {
  const file = hostRequire.resolve('@aws-sdk/client-lambda');
  return file.slice(0, file.indexOf('/node_modules/'));
};

const inside = (hostPath: string): string => posix.join(RUNTIME_ROOT, hostPath.slice(hostRoot().length));
const outside = (path: string): string => hostRoot() + path.slice(RUNTIME_ROOT.length);

export const isOfRuntime = (path: string): boolean => path.startsWith(`${RUNTIME_ROOT}/node_modules/`);

/** The file of the image that `specifier` means in `fromPath`, or undefined. */
export function resolveInRuntime(specifier: string, fromPath: string): string | undefined {
  const isWithin = isOfRuntime(fromPath);
  if (!isWithin && !isOfSdk(specifier)) return undefined;
  const require = isWithin ? createRequire(outside(fromPath)) : hostRequire;
  try {
    return inside(require.resolve(specifier));
  } catch {
    return undefined;
  }
}

export const readRuntimeFile = (path: string): Uint8Array => readFileSync(outside(path));
