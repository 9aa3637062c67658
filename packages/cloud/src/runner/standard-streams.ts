import { copySymbols } from './held-work.ts';
import type { Inside } from './inside.ts';

type Call = (...args: unknown[]) => unknown;

/** Loggers write to the descriptors of the standard streams themselves: whole or in part, at once or with a callback. */
export function standardStreams(inside: Inside, own: Readonly<Record<string, unknown>>): Record<string, Call> {
  const streamOf = (fd: unknown) => (fd === 1 ? inside.stdout : fd === 2 ? inside.stderr : undefined);
  const written = (fd: unknown, data: unknown, rest: readonly unknown[]): number | undefined => {
    const bytes = streamOf(fd) && bytesOf(data, rest);
    if (bytes !== undefined) streamOf(fd)?.write(bytes);
    return bytes?.byteLength;
  };
  const sync =
    (name: string): Call =>
    (fd, data, ...rest) =>
      written(fd, data, rest) ?? (own[name] as Call)(fd, data, ...rest);
  const later = (name: string): Call => {
    const real = own[name] as Call;
    const call: Call = (fd, data, ...rest) => {
      const count = written(fd, data, rest);
      if (count === undefined) return real(fd, data, ...rest);
      return process.nextTick(rest.at(-1) as Call, null, count, data);
    };
    copySymbols(real, call);
    return call;
  };
  return {
    writeSync: sync('writeSync'),
    writevSync: sync('writevSync'),
    write: later('write'),
    writev: later('writev'),
  };
}

/** The part of a view that is asked for by offset and length, or by options with these; texts and lists as a whole. */
function bytesOf(data: unknown, [place, length]: readonly unknown[]): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (Array.isArray(data)) return Buffer.concat(data.map((each) => bytesOf(each, [])));
  const view = data as NodeJS.ArrayBufferView;
  const options = typeof place === 'object' && place !== null ? (place as { offset?: number; length?: number }) : {};
  const offset = typeof place === 'number' ? place : (options.offset ?? 0);
  const count = typeof length === 'number' ? length : (options.length ?? view.byteLength - offset);
  return new Uint8Array(view.buffer, view.byteOffset + offset, count);
}
