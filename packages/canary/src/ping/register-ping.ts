import { type Command, InvalidArgumentError } from 'commander';
import { runPing } from './run-ping.ts';
import { EXECUTED_VERSION } from './send-request.ts';

interface PingFlags {
  readonly rate?: number;
  readonly summary?: number;
  readonly versionHeader: string;
  readonly untilChange?: boolean;
  readonly json?: boolean;
}

/** Adds `canary ping` to the program. */
export function registerPing(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('ping')
    .description('send requests to a URL until Ctrl-C, then show totals')
    .argument('<url>', 'any http or https address')
    .option('--rate <rate>', 'such as 10/s or 30/min; default: 1/s', interval)
    .option('--summary <seconds>', 'a line per so many seconds, not per request; default above 5/s: 10', seconds)
    .option('--version-header <name>', 'the header by which an answer tells its version', EXECUTED_VERSION)
    .option('--until-change', 'end when another version answers, or where none is told, another status')
    .option('--json', 'one JSON document a line instead of text')
    .action(async (url: string, flags: PingFlags) => setExitCode(await pingUrl(url, flags)));
}

/** A row per request can be read up to five times a second. */
const FASTEST_ROWS_MS = 200;
const SUMMARY_SECONDS = 10;

/** 0; with --until-change 1 when nothing had changed before Ctrl-C. */
async function pingUrl(url: string, flags: PingFlags): Promise<number> {
  const { rate: intervalMs = 1_000, versionHeader, untilChange = false, json = false } = flags;
  const { hasChanged } = await runPing(url, {
    intervalMs,
    summarySeconds: flags.summary ?? (intervalMs < FASTEST_ROWS_MS ? SUMMARY_SECONDS : undefined),
    versionHeader,
    untilChange,
    json,
  });
  return untilChange && !hasChanged ? 1 : 0;
}

/** Milliseconds between two requests. */
export function interval(rate: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\/(s|min)$/.exec(rate) ?? [];
  const intervalMs = (unit === 's' ? 1_000 : 60_000) / Number(count);
  if (intervalMs >= 1 && Number.isFinite(intervalMs)) return intervalMs;
  throw new InvalidArgumentError('It is a rate such as 10/s or 30/min, of at most 1000 a second.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 3_600) return value;
  throw new InvalidArgumentError('It is a whole number of seconds from 1 to 3600.');
}
