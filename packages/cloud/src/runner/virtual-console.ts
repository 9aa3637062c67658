/**
 * The console and the standard streams of an environment, as the runtime interface client patches them.
 * Source: reference §4.5 and §4.6 (R, X: RIC 3.3, 4.0.2). Lines go to the telemetry descriptor there, so a line break
 * inside a console call stays inside one entry; raw writes to the streams are split at line breaks and get no prefix.
 */
import { stringify } from '../json-functions.ts';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format } from 'node:util';
import { consoleTimers } from './console-timers.ts';
import { formatForLog, intoError } from './handler-errors.ts';
import { PROCESS_ID } from './process-id.ts';

export type Stream = 'stdout' | 'stderr';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

/** What the console needs to know of its environment at the moment of a call. */
export interface ConsoleContext {
  readonly logFormat: 'Text' | 'JSON';
  /** Counts in JSON format only; text is never filtered. */
  readonly applicationLogLevel: string;
  /** The invocation's id; `-` (RIC 4) or undefined (RIC 3) during init. */
  requestId(): string | undefined;
  nowIso(): string;
  /** For console.time. */
  nowMs(): number;
  line(message: string, stream: Stream): void;
}

/** A standard stream of the environment: text in, whole lines out. */
export class LineStream extends Writable {
  readonly fd: number;
  readonly isTTY = false;
  readonly #line: (message: string) => void;
  #rest = '';

  constructor(fd: number, line: (message: string) => void) {
    super({ decodeStrings: false });
    this.fd = fd;
    this.#line = line;
  }

  /** Synchronous, the callback included, as Lambda's own streams are: what was written before a crash is not lost. */
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8');
    this.#take(text);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') (done as (error: null) => void)(null);
    return true;
  }

  override _write(chunk: unknown, _encoding: string, callback: () => void): void {
    this.write(chunk);
    callback();
  }

  /** Writes out a last line that was not ended. */
  flushRest(): void {
    if (this.#rest === '') return;
    const rest = this.#rest;
    this.#rest = '';
    this.#line(rest);
  }

  #take(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, at);
      this.#rest = '';
      if (line !== '') this.#line(line);
      from = at + 1;
    }
    if (from < text.length) this.#rest += from === 0 ? text : text.slice(from);
  }
}

export interface VirtualConsole {
  readonly console: Console;
  /** `Invoke Error` or `Init Error`, as the RIC reports what a handler threw. */
  logError(title: string, reason: unknown): void;
}

export function createVirtualConsole(context: ConsoleContext, stdout: LineStream, stderr: LineStream): VirtualConsole {
  const json = context.logFormat === 'JSON';
  const lowest = json ? Math.max(0, LEVELS.indexOf(context.applicationLogLevel.toUpperCase() as Level)) : 0;
  const write = (level: Level, args: readonly unknown[]): void => {
    const entry = json ? jsonEntry(context, level, args) : textEntry(context, level, args);
    context.line(entry, 'stdout');
  };
  // The client's functions have a first parameter: console.log() writes `undefined`.
  const method = (level: Level) =>
    LEVELS.indexOf(level) < lowest
      ? () => undefined
      : (message?: unknown, ...params: unknown[]) => write(level, [message, ...params]);
  const error = method('ERROR');
  const console = new Console({ stdout, stderr });
  const info = method('INFO');
  Object.assign(console, {
    trace: method('TRACE'),
    debug: method('DEBUG'),
    info,
    log: info,
    warn: method('WARN'),
    error,
    fatal: method('FATAL'),
    Console,
    ...consoleTimers({
      nowMs: () => context.nowMs(),
      log: (...args) => console.log(...args),
      warn: (text) => stderr.write(`(node:${PROCESS_ID}) Warning: ${text}\n`),
    }),
  });
  return {
    console,
    logError: (title, reason) => (json ? error(intoError(reason)) : error(title, formatForLog(intoError(reason)))),
  };
}

const textEntry = (context: ConsoleContext, level: Level, args: readonly unknown[]): string =>
  `${context.nowIso()}\t${context.requestId()}\t${level}\t${format(...args)}`;

function jsonEntry(context: ConsoleContext, level: Level, args: readonly unknown[]): string {
  const record: Record<string, unknown> = { timestamp: context.nowIso(), level, requestId: context.requestId() };
  if (args.length === 1) return loneMessage(record, args[0]);
  record['message'] = format(...args);
  const error = args.find((arg) => arg instanceof Error);
  if (error instanceof Error) Object.assign(record, errorMembers(error));
  return stringify(record);
}

function loneMessage(record: Record<string, unknown>, message: unknown): string {
  record['message'] = message;
  try {
    return stringify(record, (_key, value: unknown) =>
      value instanceof Error ? Object.assign(errorMembers(value), value) : value,
    );
  } catch {
    return stringify({ ...record, message: format(message) });
  }
}

const errorMembers = (error: Error): object => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});
