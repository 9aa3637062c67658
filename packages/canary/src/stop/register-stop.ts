import { type Command, InvalidArgumentError } from 'commander';
import { type AccountOptions, connect, realWait, withAccountOptions } from '../aws/index.ts';
import { awaitInterruption } from '../interruption.ts';
import { stopDeployment } from './stop-deployment.ts';

interface StopFlags extends AccountOptions {
  readonly rollback?: true;
}

/** Adds `canary stop` to the program. */
export function registerStop(program: Command): void {
  withAccountOptions(
    program
      .command('stop')
      .description('stop a deployment that is in progress, and say what follows')
      .argument('<deployment-id>', 'd-…', deploymentId),
  )
    .option('--rollback', 'send all traffic back to the old version; default: as the deployment group is set')
    .action(async (id: string, flags: StopFlags) => stop(id, flags));
}

async function stop(id: string, flags: StopFlags): Promise<void> {
  const interruption = awaitInterruption();
  try {
    await stopDeployment({
      account: await connect(flags),
      deploymentId: id,
      rollback: flags.rollback,
      write: (line) => void process.stdout.write(`${line}\n`),
      wait: realWait,
      signal: interruption.signal,
    });
  } finally {
    interruption.over();
  }
}

function deploymentId(text: string): string {
  if (/^d-[A-Z0-9]{9}$/.test(text)) return text;
  throw new InvalidArgumentError('The id of a deployment is d- and nine capital letters or digits.');
}
