import type { Questions } from './questions.ts';
import type { AliasSeen, DeploymentSeen, Share } from './snapshot.ts';

/**
 * Where the aliases of these deployments send their requests, each alias once. An alias that may not be read is shown as
 * the latest deployment that moves it tells.
 */
export async function readAliases(
  { account, wanted }: Questions,
  deployments: readonly DeploymentSeen[],
): Promise<readonly AliasSeen[]> {
  const { GetAliasCommand } = await import('@aws-sdk/client-lambda');
  const targets = new Map(
    deployments.flatMap(({ target }) => (target ? [[`${target.functionName}:${target.alias}`, target] as const] : [])),
  );
  const aliases: AliasSeen[] = [];
  for (const [name, { functionName, alias }] of targets) {
    const command = new GetAliasCommand({ FunctionName: functionName, Name: alias });
    const answer = await wanted(`The alias ${name}`, () => account.lambda.send(command));
    if (answer === undefined) {
      aliases.push(...told(deployments, functionName, alias));
      continue;
    }
    const weights = answer.RoutingConfig?.AdditionalVersionWeights ?? {};
    aliases.push({ functionName, alias, shares: sharesOf(answer.FunctionVersion ?? '', weights) });
  }
  return aliases;
}

function told(deployments: readonly DeploymentSeen[], functionName: string, alias: string): readonly AliasSeen[] {
  const targets = deployments.flatMap(({ target }) => target ?? []);
  const latest = targets.findLast((target) => target.functionName === functionName && target.alias === alias);
  if (latest?.targetPercent === undefined) return [];
  const { currentVersion, targetVersion, targetPercent } = latest;
  if (targetPercent >= 100) return [{ functionName, alias, shares: sharesOf(targetVersion, {}) }];
  const weights = targetPercent > 0 ? { [targetVersion]: targetPercent / 100 } : {};
  return [{ functionName, alias, shares: sharesOf(currentVersion, weights) }];
}

/** The version that the alias names gets what the additional one leaves. Weights are fractions. */
export function sharesOf(version: string, weights: Readonly<Record<string, number>>): readonly Share[] {
  const additional = Object.entries(weights).map(([other, weight]) => ({ version: other, percent: percentOf(weight) }));
  const left = additional.reduce((rest, { percent }) => rest - percent, 100);
  return [{ version, percent: percentOf(left / 100) }, ...additional];
}

export const percentOf = (fraction: number): number => Math.round(fraction * 10_000) / 100;
