/**
 * What lies outside every module: the environments of a thread share one global object, and each has variables of its
 * own on it all the same. Names that handler code makes (`global.x = 1`, or `x = 1` in sloppy code) go to a prototype
 * of the global object that asks whose code runs; names that the thread has are found before it and cost nothing.
 */
import { withoutRunner, type StackFormat } from './stack-frames.ts';
import { currentOwner, type TurnOwner } from './turns.ts';

export function giveOwnGlobals(): void {
  const ownOf = (): Record<PropertyKey, unknown> | undefined => currentOwner()?.globals;
  const shared = Object.getPrototypeOf(globalThis) as object;
  const asking = new Proxy(shared, {
    has(target, key) {
      const own = ownOf();
      return (own !== undefined && Object.hasOwn(own, key)) || Reflect.has(target, key);
    },
    get(target, key, receiver) {
      const own = ownOf();
      return own !== undefined && Object.hasOwn(own, key) ? own[key] : Reflect.get(target, key, receiver);
    },
    set: function set(target, key, value, receiver) {
      const own = ownOf();
      if (own === undefined) return Reflect.set(target, key, value, receiver);
      // V8 asks this object before it minds that strict code may only assign to what there is.
      if (receiver === globalThis && !Object.hasOwn(own, key) && isStrict(set))
        throw new ReferenceError(`${String(key)} is not defined`);
      return Reflect.defineProperty(own, key, { value, writable: true, enumerable: true, configurable: true });
    },
  });
  Object.setPrototypeOf(globalThis, asking);
  giveOwnStackFormats();
  // Code that tells a date by its constructor means the Date that it sees.
  Object.defineProperty(Date.prototype, 'constructor', { get: () => ownOf()?.['Date'] ?? Date, configurable: true });
}

/**
 * `Error.prepareStackTrace`, which packages set for their source maps: each environment has its own, and the thread's
 * until it sets one.
 */
function giveOwnStackFormats(): void {
  const formats = new WeakMap<TurnOwner, StackFormat>();
  const wrapped = new WeakSet<StackFormat>();
  let ofThread: unknown = Reflect.get(Error, 'prepareStackTrace');
  Object.defineProperty(Error, 'prepareStackTrace', {
    get() {
      const owner = currentOwner();
      return (owner && formats.get(owner)) ?? ofThread;
    },
    set(format: unknown) {
      const owner = currentOwner();
      if (owner === undefined) ofThread = format;
      else if (typeof format !== 'function' || format === ofThread) formats.delete(owner);
      else formats.set(owner, own(format as StackFormat));
    },
    configurable: true,
  });

  /** Code may set again what it has read. */
  function own(format: StackFormat): StackFormat {
    if (wrapped.has(format)) return format;
    const made = withoutRunner(format);
    wrapped.add(made);
    return made;
  }
}

/** Is what called `callee` strict code? V8 shows the functions of sloppy code alone. */
function isStrict(callee: (...args: never[]) => unknown): boolean {
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace');
  const { stackTraceLimit } = Error;
  const seen: { stack?: readonly NodeJS.CallSite[] } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(seen, callee);
  const caller = seen.stack?.[0]?.getFunction();
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return caller === undefined;
}
