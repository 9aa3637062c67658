import type { Command } from 'commander';
import { describeFaults } from '../rehearse/index.ts';
import { faultsLines } from './faults-lines.ts';

/** Adds `canary faults` to the program. */
export function registerFaults(program: Command): void {
  program
    .command('faults')
    .description('list the defects that `canary rehearse --fault` puts into a release')
    .option('--json', 'one JSON document instead of text')
    .action(({ json = false }: { readonly json?: boolean }) => {
      const faults = describeFaults();
      const lines = json ? [JSON.stringify(faults, undefined, 2)] : faultsLines(faults);
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
