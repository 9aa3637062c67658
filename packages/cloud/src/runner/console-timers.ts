import { format } from 'node:util';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What console.time and its kind need: the environment's clock, and where lines and warnings go. */
interface Around {
  readonly nowMs: () => number;
  readonly log: (...args: unknown[]) => void;
  readonly warn: (text: string) => void;
}

/** console.time, timeLog and timeEnd in virtual time; texts and warnings are Node's. */
export function consoleTimers({ nowMs, log, warn }: Around) {
  const started = new Map<string, number>();
  const tell = (method: string, label: string, data: readonly unknown[]): void => {
    const from = started.get(label);
    if (from === undefined) warn(`No such label '${label}' for console.${method}()`);
    else log('%s: %s', label, elapsedText(nowMs() - from), ...data);
  };
  return {
    time(label: unknown = 'default') {
      const name = nameOf(label);
      if (started.has(name)) warn(`Label '${name}' already exists for console.time()`);
      else started.set(name, nowMs());
    },
    timeLog: (label: unknown = 'default', ...data: unknown[]) => tell('timeLog', nameOf(label), data),
    timeEnd(label: unknown = 'default') {
      tell('timeEnd', nameOf(label), []);
      started.delete(nameOf(label));
    },
  };
}

const nameOf = (label: unknown): string => format('%s', label);

/** `12.5ms`, `1.500s`, `2:03.004 (m:ss.mmm)`, `1:02:03.004 (h:mm:ss.mmm)` */
function elapsedText(ms: number): string {
  if (ms < SECOND_MS) return `${Number(ms.toFixed(3))}ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(3)}s`;
  const seconds = ((ms % MINUTE_MS) / SECOND_MS).toFixed(3).padStart(6, '0');
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  if (ms < HOUR_MS) return `${minutes}:${seconds} (m:ss.mmm)`;
  return `${Math.floor(ms / HOUR_MS)}:${String(minutes).padStart(2, '0')}:${seconds} (h:mm:ss.mmm)`;
}
