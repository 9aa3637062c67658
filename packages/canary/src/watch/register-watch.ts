import { type Command, InvalidArgumentError } from 'commander';
import { withAccountOptions } from '../aws/index.ts';
import { runWatch, type WatchCommand } from './run-watch.ts';

/** Adds `canary watch` to the program. */
export function registerWatch(program: Command, setExitCode: (code: number) => void): void {
  withAccountOptions(
    program
      .command('watch')
      .description('follow a stack update and its deployments live, and say why they stopped')
      .argument('<stack|deployment-id>', 'the name of a stack, or d-…'),
  )
    .option('--wait', 'wait for the next operation on the stack; default: the latest one, over or not')
    .option('--record <file>', 'keep what happened, for `canary rehearse --against`')
    .option('--interval <seconds>', 'between two looks; default: 5, or 1 at an endpoint of this machine', seconds)
    .option('--json', 'one JSON document per event instead of text')
    .action(async (subject: string, command: WatchCommand) => setExitCode(await runWatch(subject, command)));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0.1 && value <= 3_600) return value;
  throw new InvalidArgumentError('It is a number of seconds from 0.1 to 3600.');
}
