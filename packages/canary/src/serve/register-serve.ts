import { readSpeed, type Speed } from '@unicorns/cloud/shell';
import { type Command, InvalidArgumentError } from 'commander';
import { collect, readParameters } from '../option-values.ts';
import { parseTraffic } from '../rehearse/index.ts';
import { runServe } from './run-serve.ts';

interface ServeFlags {
  readonly port: number;
  readonly speed: Speed;
  readonly template?: string;
  readonly stack: string;
  readonly parameter: readonly string[];
  readonly region: string;
  readonly seed: number;
  readonly accountConcurrency?: number;
  readonly journal?: string;
  readonly traffic?: string;
  readonly state?: string;
}

/** Adds `canary serve` to the program. */
export function registerServe(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('serve')
    .description('answer AWS clients and callers of deployed APIs from an embedded cloud, until Ctrl-C')
    .option('--port <number>', 'where clients reach it; each deployed API gets a port of its own above it', port, 4600)
    .option(
      '--speed <speed>',
      'how fast virtual time passes: 1 as real time, 60 a minute a second, paused (advance it by command), or max: ' +
        'as real time, but jumping while a stack operation or a deployment is in flight',
      speed,
      1,
    )
    .option('--template <file>', 'deploy this template first; its code has to be built')
    .option('--stack <name>', 'the name of its stack', 'unicorns')
    .option('--parameter <Key=Value>', 'a parameter of the template (repeatable)', collect, [])
    .option('--traffic <rate|file>', 'requests that arrive beside those of real callers: 1/s, 600/min, or a file')
    .option('--region <name>', 'the region that it stands for', 'us-east-1')
    .option('--seed <number>', 'what everything drawn follows from', wholeNumber, 1)
    .option('--account-concurrency <number>', 'invocations that the account lets run at a time (1,000)', wholeNumber)
    .option('--state <folder>', 'keep the cloud here, and take it up again from here, however it ended')
    .option('--journal <file>', 'write every effect to this file, one JSON document a line')
    .action(async ({ traffic, parameter, ...flags }: ServeFlags) =>
      setExitCode(
        await runServe({
          ...flags,
          parameters: readParameters(parameter),
          ...(traffic !== undefined && { traffic: parseTraffic(traffic) }),
        }),
      ),
    );
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('It is a number from 0 to 65535; 0 takes any free port.');
}

function speed(text: string): Speed {
  const read = readSpeed(text);
  if (read === undefined) throw new InvalidArgumentError('It is a number such as 1 or 60, or "max", or "paused".');
  return read;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at most nine digits.');
  return Number(text);
}
