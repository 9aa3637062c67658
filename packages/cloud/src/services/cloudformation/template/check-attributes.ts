/** The attributes of a resource beside its properties, held to what CloudFormation takes before anything is made. */
import type { Problems } from './problems.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { ifOf, isIntrinsic, isList, isMap, textOf } from './template-value.ts';

/** Source: CFNG:aws-attribute-deletionpolicy, CFNG:aws-attribute-updatereplacepolicy (D) */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  DeletionPolicy: ['Delete', 'Retain', 'RetainExceptOnCreate'],
  UpdateReplacePolicy: ['Delete', 'Retain'],
};

/** Only these have snapshots, and only what is recorded of them is here. Source: CFNG:aws-attribute-deletionpolicy (D) */
const HAS_SNAPSHOTS =
  /^AWS::(?:DocDB::DBCluster|EC2::Volume|ElastiCache::(?:CacheCluster|ReplicationGroup)|Neptune::DBCluster|RDS::DB(?:Cluster|Instance)|Redshift::Cluster)$/;

/** What CloudFormation does with an alias under CodeDeploy. Source: CFNG:aws-attribute-updatepolicy (D) */
const ALIAS_UPDATE = {
  name: 'CodeDeployLambdaAliasUpdate',
  required: ['ApplicationName', 'DeploymentGroupName'],
  optional: ['BeforeAllowTrafficHook', 'AfterAllowTrafficHook'],
} as const;

export function checkAttributes(
  id: string,
  resource: ValueMap,
  hasLanguageExtensions: boolean,
  problems: Problems,
): void {
  const at = ['Resources', id];
  checkDependsOn(resource['DependsOn'], [...at, 'DependsOn'], problems);
  for (const [name, allowed] of Object.entries(POLICIES)) {
    const written = resource[name];
    if (written === undefined) continue;
    const snapshots = HAS_SNAPSHOTS.test(textOf(resource['Type'])) ? ['Snapshot'] : [];
    checkPolicy(name, written, [...allowed, ...snapshots], hasLanguageExtensions, (message) =>
      problems.add([...at, name], message),
    );
  }
  const policy = resource['UpdatePolicy'];
  if (resource['Type'] !== 'AWS::Lambda::Alias' && isMap(policy) && ALIAS_UPDATE.name in policy)
    problems.add([...at, 'UpdatePolicy'], `${ALIAS_UPDATE.name} is the UpdatePolicy of an alias, and ${id} is none.`);
  if (resource['Type'] === 'AWS::Lambda::Alias') checkAliasUpdate(policy, [...at, 'UpdatePolicy'], problems);
  if (resource['CreationPolicy'] !== undefined)
    problems.add(
      [...at, 'CreationPolicy'],
      `The CreationPolicy of ${id} waits for signals, which nothing here sends. See docs/slice.md#sections.`,
    );
}

function checkDependsOn(written: Value | undefined, at: Path, problems: Problems): void {
  if (written === undefined || typeof written === 'string') return;
  if (isList(written) && written.every((it) => typeof it === 'string')) return;
  problems.add(at, 'Template format error: DependsOn must be a string or list of strings.');
}

/** With AWS::LanguageExtensions a policy may be a reference to a parameter or a choice. Source: CFNG:aws-attribute-deletionpolicy (D) */
function checkPolicy(
  name: string,
  written: Value,
  allowed: readonly string[],
  hasLanguageExtensions: boolean,
  report: (message: string) => void,
): void {
  if (hasLanguageExtensions && isIntrinsic(written)) {
    for (const branch of ifOf(written)?.slice(1) ?? [])
      checkPolicy(name, branch, allowed, hasLanguageExtensions, report);
    return;
  }
  if (typeof written !== 'string') return report(`Template format error: Every ${name} member must be a string.`);
  if (!allowed.includes(written))
    report(`Template format error: Unrecognized ${name} ${written}: it takes ${allowed.join(', ')}.`);
}

/**
 * A name that is spelled otherwise would leave the alias without its canary, and without its hooks, and nobody
 * would know.
 */
function checkAliasUpdate(written: Value | undefined, at: Path, problems: Problems): void {
  if (written === undefined || isIntrinsic(written)) return;
  if (!isMap(written)) return problems.add(at, 'Template format error: UpdatePolicy must be a map.');
  for (const name of Object.keys(written))
    if (name !== ALIAS_UPDATE.name)
      problems.add([...at, name], `The UpdatePolicy of an alias is ${ALIAS_UPDATE.name}, and this one is ${name}.`);
  const update = written[ALIAS_UPDATE.name];
  if (update === undefined || isIntrinsic(update)) return;
  const inside = [...at, ALIAS_UPDATE.name];
  if (!isMap(update)) return problems.add(inside, `Template format error: ${ALIAS_UPDATE.name} must be a map.`);
  const known: readonly string[] = [...ALIAS_UPDATE.required, ...ALIAS_UPDATE.optional];
  for (const name of Object.keys(update))
    if (!known.includes(name))
      problems.add([...inside, name], `${ALIAS_UPDATE.name} has no member ${name}: it takes ${known.join(', ')}.`);
  for (const name of ALIAS_UPDATE.required)
    if (update[name] === undefined) problems.add(inside, `${ALIAS_UPDATE.name} needs a member ${name}.`);
}
