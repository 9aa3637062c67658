/**
 * `pnpm exec node scripts/load.ts URL [--rate 10/s] [--minutes 10]`: callers for the rollback test. Requests leave at their own times,
 * however long the answers take, so that a slow release meets as many callers as a fast one. One line every ten seconds,
 * totals at the end or at Ctrl-C. Exits with 0 whatever was answered: the alarms are the judges.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

interface Load {
  readonly url: URL;
  readonly requestsPerSecond: number;
  readonly minutes: number;
}

const USAGE = 'Usage: pnpm exec node scripts/load.ts URL [--rate 10/s or 600/min] [--minutes 10]\n';
const LINE_MS = 10_000;
const PATIENCE_MS = 30_000;

class Tally {
  readonly #answers = new Map<string, number>();
  #latencies: number[] = [];

  add(answer: string, latencyMs: number): void {
    this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
    this.#latencies.push(latencyMs);
  }

  /** `200 ×97  503 ×3   p50 12 ms  p99 40 ms` */
  summary(): string {
    const answers = [...this.#answers].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const at = (share: number): string => `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)} ms`;
    return `${answers.map(([answer, count]) => `${answer} ×${count}`).join('  ')}   p50 ${at(0.5)}  p99 ${at(0.99)}`;
  }
}

function readArguments(): Load | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rate: { type: 'string', default: '10/s' }, minutes: { type: 'string', default: '10' } },
  });
  const url = URL.parse(positionals[0] ?? '');
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)\/(s|min)$/.exec(values.rate) ?? [];
  const requestsPerSecond = Number(count) / (unit === 'min' ? 60 : 1);
  const minutes = Number(values.minutes);
  if (url === null || !(requestsPerSecond > 0) || !(minutes > 0)) return undefined;
  return { url, requestsPerSecond, minutes };
}

async function send(url: URL, tallies: readonly Tally[]): Promise<void> {
  const startedAt = performance.now();
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    async (response) => {
      await response.arrayBuffer();
      return `${response.status}`;
    },
    () => 'no answer',
  );
  for (const tally of tallies) tally.add(answer, performance.now() - startedAt);
}

async function load({ url, requestsPerSecond, minutes }: Load, stop: AbortSignal): Promise<void> {
  const total = new Tally();
  let recent = new Tally();
  const startedAt = performance.now();
  let lineAt = LINE_MS;
  const inFlight = new Set<Promise<void>>();
  for (let number = 0; number < requestsPerSecond * 60 * minutes && !stop.aborted; number += 1) {
    const dueMs = (number * 1_000) / requestsPerSecond;
    const waitMs = startedAt + dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal: stop }).catch(() => undefined);
    const request: Promise<void> = send(url, [total, recent]).finally(() => inFlight.delete(request));
    inFlight.add(request);
    if (dueMs >= lineAt) {
      process.stdout.write(`${`${lineAt / 1_000} s`.padStart(7)}  ${recent.summary()}\n`);
      recent = new Tally();
      lineAt += LINE_MS;
    }
  }
  await Promise.all(inFlight);
  process.stdout.write(`  total  ${total.summary()}\n`);
}

const wanted = readArguments();
if (wanted === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  await load(wanted, interrupted.signal);
}
