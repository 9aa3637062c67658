/**
 * What the virtual parts of an environment (globals, builtin modules, calls to the cloud) know of it. The
 * environment itself implements this; handler code never sees it.
 */
import type { VirtualClock } from './virtual-clock.ts';
import type { LineStream } from './virtual-console.ts';
import type { VirtualTimers } from './virtual-timers.ts';

export interface Inside {
  readonly environmentId: string;
  readonly clock: VirtualClock;
  readonly timers: VirtualTimers;
  readonly stdout: LineStream;
  readonly stderr: LineStream;
  readonly console: Console;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** The working directory; only `process.chdir` changes it. */
  cwd: string;
  /** The invocation that runs, if any. */
  readonly requestId: string | undefined;

  /** The next numbers of the environment's own stream of chance. */
  randomUnit(): number;
  randomBytes(length: number): Uint8Array;

  /**
   * Runs handler code as one turn; while the environment is frozen the turn waits for the thaw. False when the
   * environment is no more.
   */
  enter(turn: () => void): boolean;
  /** Has Node handle a real event, with all that it queues; turns that begin in it cost little. */
  event(work: () => void): void;
  /** Real work begins (a file, a compression, a key): no virtual timer fires until the returned function is called. */
  hold(): () => void;
  /** Something is in use whose real work cannot be counted: virtual time waits a moment before each jump. */
  usesUncounted(): void;
  /**
   * A call to the cloud leaves. The returned function is called once with the instant of the answer, or without. Throws
   * when the process has ended.
   */
  callBegins(): (completesAtMs?: number) => void;

  /**
   * The code asks for something that AWS has and a rehearsal has not: `dynamodb:GetItem`, `the host example.com:443`.
   * Whatever it makes of the refusal says nothing about the code.
   */
  leavesSlice(what: string): void;

  /** Where the deployment package, or the environment's own /tmp, lies on the machine. */
  directory(root: '/var/task' | '/tmp'): string;
  /** The process of the environment ends; throws, so that the code that called it stops. */
  exit(status: number): never;
  killed(signal: string): never;
  require(fromPath: string): NodeJS.Require;
}
