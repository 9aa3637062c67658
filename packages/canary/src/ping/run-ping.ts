import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@unicorns/cloud/user-error';
import { awaitInterruption } from '../interruption.ts';
import { showsColour } from '../terminal-stream.ts';
import { ping, type Pinged, type PingOptions } from './ping.ts';
import { EXECUTED_VERSION } from './send-request.ts';

/** What a caller of `runPing` may set; the rest is this machine's: its clock, its network, its terminal, Ctrl-C. */
export type RunPingOptions = Partial<Omit<PingOptions, 'url'>>;

/** API Gateway gives up after 29 s; what takes longer than this has no answer. */
const timeoutMs = 30_000;

/**
 * `canary ping URL`: a request a second to any http or https address until Ctrl-C, then the totals.
 * @throws UserError when `address` is no such URL
 */
export async function runPing(address: string, options: RunPingOptions = {}): Promise<Pinged> {
  const url = parseAddress(address);
  const interruption = awaitInterruption();
  try {
    return await ping({
      intervalMs: 1_000,
      timeoutMs,
      versionHeader: EXECUTED_VERSION,
      untilChange: false,
      json: false,
      summarySeconds: undefined,
      now: () => performance.now(),
      wait,
      write: (line) => void process.stdout.write(`${line}\n`),
      colour: showsColour(process.stdout),
      signal: interruption.signal,
      ...options,
      url,
    });
  } finally {
    interruption.over();
  }
}

function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UserError(
    `"${address}" is not a URL that can be pinged. Give one that begins with http:// or https://, ` +
      'such as the Endpoint among the outputs of the stack.',
  );
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
