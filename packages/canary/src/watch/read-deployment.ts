import type { Account, Persistence } from '../aws/index.ts';
import { questions } from './questions.ts';
import { readAliases } from './read-aliases.ts';
import { DeploymentReader } from './read-deployments.ts';
import type { AliasSeen, DeploymentSeen } from './snapshot.ts';

/** One look at a deployment and its alias, which is left out when it cannot be read. */
export async function readDeployment(
  account: Account,
  persistence: Persistence,
  id: string,
): Promise<{ readonly deployment: DeploymentSeen; readonly aliases: readonly AliasSeen[] }> {
  const ask = questions(account, persistence, () => undefined);
  const deployments = await new DeploymentReader(ask, async () => ({})).read([id]);
  const deployment = deployments.find((each) => each.id === id);
  if (deployment === undefined) throw new Error(`the deployment ${id} was read and is not there`);
  return { deployment, aliases: await readAliases(ask, [deployment]) };
}
