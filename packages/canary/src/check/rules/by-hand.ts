/** Deployment groups and versions that no transform has written. */
import type { Observation, Rule } from '../finding.ts';
import type { GatedAlias } from '../template/gated-alias.ts';
import type { Branch, JudgedResource } from '../template/read-branch.ts';
import { flag, list, record, text } from '../template/values.ts';

/** The groups of the template, each once; SAM's own always roll back. */
function* writtenGroups({ aliases }: Branch) {
  const told = new Set<string>();
  for (const { group, isServerless } of aliases) {
    if (group === undefined || isServerless || told.has(group.id)) continue;
    told.add(group.id);
    yield group;
  }
}

export const noRollback: Rule = {
  id: 'no-auto-rollback',
  severity: 'warning',
  title: 'A deployment that stops and does not go back',
  onAws:
    'CodeDeploy stops shifting and leaves the alias as it is: the bad version keeps its share of the traffic, and later deployments fail until its weight is taken away.',
  cure: 'AutoRollbackConfiguration: { Enabled: true, Events: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST] }.',
  source: 'P18, codedeploy 3.5',
  *judge(branch) {
    for (const group of writtenGroups(branch)) {
      const rollback = record(group.properties['AutoRollbackConfiguration']);
      const events = list(rollback['Events']);
      const missing = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'].filter((event) => !events.includes(event));
      const isOn = flag(rollback['Enabled']) === true;
      if (isOn && missing.length === 0) continue;
      const message = isOn
        ? `${group.id} does not roll back on ${missing.join(' and ')}.`
        : `${group.id} never rolls back.`;
      yield { resourceId: group.id, at: ['Properties', 'AutoRollbackConfiguration'], message };
    }
  },
};

export const ignoresPolls: Rule = {
  id: 'alarms-may-go-unread',
  severity: 'note',
  title: 'A deployment that goes on when it cannot read its alarms',
  onAws: 'When CloudWatch cannot be asked, or the role may not, traffic shifts on with nobody looking.',
  cure: 'IgnorePollAlarmFailure: false, the default.',
  source: 'codedeploy 3.4.5',
  *judge(branch) {
    for (const { id, properties } of writtenGroups(branch))
      if (flag(record(properties['AlarmConfiguration'])['IgnorePollAlarmFailure']) === true)
        yield {
          resourceId: id,
          at: ['Properties', 'AlarmConfiguration', 'IgnorePollAlarmFailure'],
          message: `${id} ignores that its alarms cannot be read.`,
        };
  },
};

export const alarmsNotEnabled: Rule = {
  id: 'alarms-not-enabled',
  severity: 'warning',
  title: 'A list of alarms that is not switched on',
  onAws:
    'The group keeps the list and CodeDeploy looks at none of it: Enabled is false unless it is true. SAM always writes it.',
  cure: 'AlarmConfiguration: { Enabled: true, Alarms: [...] }.',
  source: 'codedeploy 3.4.6',
  *judge(branch) {
    for (const { id, properties } of writtenGroups(branch)) {
      const configuration = record(properties['AlarmConfiguration']);
      const alarms = list(configuration['Alarms']).length;
      if (alarms === 0 || flag(configuration['Enabled']) === true) continue;
      const how = configuration['Enabled'] === undefined ? 'does not say that they count' : 'says that none counts';
      const message = `${id} lists ${alarms} alarm${alarms === 1 ? '' : 's'} and ${how}.`;
      yield { resourceId: id, at: ['Properties', 'AlarmConfiguration', 'Enabled'], message };
    }
  },
};

/** Groups of Lambda's that no alias is moved by. */
export const unusedGroups = (branch: Branch): readonly JudgedResource[] =>
  branch.ofType('AWS::CodeDeploy::DeploymentGroup').filter((group) => {
    const { ApplicationName: name, DeploymentConfigName: configuration } = group.properties;
    const application = branch.named('AWS::CodeDeploy::Application', text(name) ?? '');
    const isOfLambda =
      application?.properties['ComputePlatform'] === 'Lambda' ||
      (text(configuration) ?? '').startsWith('CodeDeployDefault.Lambda');
    // SAM makes one without an alias only of a function that it refuses.
    return isOfLambda && branch.isWritten(group.id) && !branch.aliases.some((alias) => alias.group?.id === group.id);
  });

export const groupOfOthers: Rule = {
  id: 'group-not-used',
  severity: 'note',
  title: 'A deployment group that no alias names',
  onAws:
    'CloudFormation moves nothing by it. Whoever starts its deployments says with an AppSpec which alias moves to which version: what its alarms should watch is not seen here, and they are not judged.',
  cure: 'UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName, DeploymentGroupName } } of the alias, where the stack is to release.',
  source: 'codedeploy 4.1',
  *judge(branch) {
    if (branch.isOpen) return;
    for (const { id } of unusedGroups(branch))
      yield { resourceId: id, message: `No alias of this template is moved by ${id}.` };
  },
};

/** Ids that a tool makes anew for every version: a hash, at the end. */
const IS_GENERATED = /(?:[0-9a-f]{8,}|Version[A-Za-z0-9]{20,})$/;

export const versionByHand: Rule = {
  id: 'version-made-once',
  severity: 'warning',
  title: 'A version that is made once',
  onAws:
    'CloudFormation publishes a version when its resource is new, and never again: later code is in $LATEST alone, the alias stays, and CodeDeploy is never asked.',
  cure: 'A new logical id for every release: AWS::Serverless::Function with AutoPublishAlias, the CDK or the Serverless Framework give one.',
  source: 'codedeploy 4.4.1, 4.1',
  *judge(branch) {
    for (const alias of branch.aliases) {
      const found = versionOf(alias, branch);
      if (found !== undefined) yield found;
    }
  },
};

function versionOf(
  { versionNumber = '', isServerless, functionId }: GatedAlias,
  branch: Branch,
): Observation | undefined {
  const id = isServerless ? undefined : branch.names.versionIn(versionNumber);
  if (id === undefined || IS_GENERATED.test(id)) return undefined;
  return { resourceId: id, message: `${id} has the same logical id for every release of ${functionId}.` };
}

export const byHandRules: readonly Rule[] = [noRollback, alarmsNotEnabled, ignoresPolls, groupOfOthers, versionByHand];
