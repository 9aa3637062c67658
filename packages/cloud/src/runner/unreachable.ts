import type { Inside } from './inside.ts';

/** A host other than the rehearsed cloud: fails as an unreachable network does, and says why. */
export function unreachableHost(inside: Inside, target: string): Error {
  inside.leavesSlice(`the host ${target}`);
  const error = new Error(
    `connect ENETUNREACH ${target}: a rehearsed function reaches only the embedded cloud, at AWS_ENDPOINT_URL`,
  );
  return Object.assign(error, { code: 'ENETUNREACH', errno: -101, syscall: 'connect', address: target });
}

/** Something of Node that a rehearsal does not run. */
export function notRehearsed(inside: Inside, what: string): Error {
  inside.leavesSlice(what);
  return Object.assign(new Error(`${what} cannot be rehearsed. See docs/slice.md.`), { code: 'ERR_NOT_REHEARSED' });
}

export function unreachableClass(inside: Inside, name: string): unknown {
  return class {
    constructor(url: unknown) {
      throw unreachableHost(inside, `${name} ${String(url)}`);
    }
  };
}
