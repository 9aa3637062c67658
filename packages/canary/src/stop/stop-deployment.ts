import { UserError } from '@unicorns/cloud/user-error';
import { type Account, errorText, member, Persistence, type Trouble } from '../aws/index.ts';
import { type AliasSeen, readDeployment } from '../watch/index.ts';

export interface StopOptions {
  readonly account: Account;
  readonly deploymentId: string;
  /** True: roll back, whatever the group says. Undefined: as the deployment group is set. */
  readonly rollback: true | undefined;
  readonly write: (line: string) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** CodeDeploy names the rollback a moment after the stop. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 2_000;

/**
 * Stops a deployment and says what follows: a rollback by a deployment of its own, or an alias that stays with two
 * versions. A deployment that is not known or is over is bad input. Source: codedeploy reference 3.5, 3.6 (S, D).
 */
export async function stopDeployment(options: StopOptions): Promise<void> {
  const { account, deploymentId, rollback, write, wait, signal } = options;
  const delayed = ({ reason }: Trouble, pauseMs: number): void =>
    write(`No answer (${reason}); asking again in ${pauseMs / 1_000} s.`);
  const persistence = new Persistence({ tell: delayed, wait, signal });
  const { StopDeploymentCommand } = await import('@aws-sdk/client-codedeploy');
  const command = new StopDeploymentCommand({ deploymentId, ...(rollback && { autoRollbackEnabled: rollback }) });
  const answer = await persistence.call(() => account.codedeploy.send(command).catch(refused));
  const message = answer.statusMessage === undefined ? '' : `: ${answer.statusMessage}`;
  write(`${deploymentId} is told to stop. ${answer.status ?? 'No status'}${message}`);
  for (let look = 1; ; look += 1) {
    const { deployment, aliases } = await readDeployment(account, persistence, deploymentId);
    if (deployment.rollback?.role === 'rolledBackBy') {
      write(`${deployment.rollback.deploymentId} rolls it back. \`canary watch ${deploymentId}\` follows it.`);
      return;
    }
    if (look === LOOKS || signal.aborted) {
      for (const line of withoutRollback(deployment.status, aliases)) write(line);
      return;
    }
    await wait(BETWEEN_LOOKS_MS, signal);
  }
}

/** What CodeDeploy says no to is for the person to put right. */
function refused(error: unknown): never {
  if (member(error, '$fault') === 'client' && /^(?:Deployment|InvalidDeployment|AccessDenied)/.test(name(error))) {
    throw new UserError(`The deployment cannot be stopped. ${errorText(error)}`, { cause: error });
  }
  throw error;
}

const name = (error: unknown): string => {
  const text = member(error, 'name');
  return typeof text === 'string' ? text : '';
};

/** Source: codedeploy reference 3.5.8 (D): later deployments fail until the weights are cleared by hand. */
function withoutRollback(status: string, aliases: readonly AliasSeen[]): readonly string[] {
  const split = aliases.filter(({ shares }) => shares.length > 1);
  return [
    `It is ${status}, and no rollback follows.`,
    ...split.flatMap(({ functionName, alias, shares }) => [
      `The alias ${alias} stays divided: ${shares.map(({ version, percent }) => `v${version} ${percent} %`).join(', ')}. ` +
        'The next deployment fails until its weights are removed:',
      `  aws lambda update-alias --function-name ${functionName} --name ${alias} --routing-config 'AdditionalVersionWeights={}'`,
    ]),
  ];
}
