import { customRouting, PREDEFINED, type TrafficRouting } from '@unicorns/cloud/inspect';
import { type Alarm, readAlarm } from './alarms.ts';
import { childrenInRule } from './composite-children.ts';
import type { Branch, JudgedResource } from './read-branch.ts';
import { flag, list, number, type Properties, record, text } from './values.ts';

/** A hook as CodeDeploy calls it: by name. The function is known when the template makes it. */
export interface Hook {
  readonly event: 'PreTraffic' | 'PostTraffic';
  readonly name: string;
  readonly resource: JudgedResource | undefined;
}

/** An alias that CodeDeploy moves to a new version, and all that can stop it. */
export interface GatedAlias {
  readonly resource: JudgedResource;
  readonly functionId: string;
  readonly functionName: string;
  readonly aliasName: string;
  readonly versionNumber: string | undefined;
  readonly group: JudgedResource | undefined;
  /** Where SAM's DeploymentPreference, or the group, is written. */
  readonly place: readonly (string | number)[];
  readonly isServerless: boolean;
  readonly configurationName: string | undefined;
  /** Undefined when the configuration is not among the predefined ones nor in the template. */
  readonly routing: TrafficRouting | undefined;
  /** Names the group watches, as texts. */
  readonly alarmNames: readonly string[];
  /** The alarms of the template among them, and the children of composite ones whose ALARM counts for those. */
  readonly alarms: readonly Alarm[];
  readonly hooks: readonly Hook[];
}

export const bakeMinutes = (routing: TrafficRouting): number => {
  switch (routing.type) {
    case 'AllAtOnce':
      return 0;
    case 'TimeBasedCanary':
      return routing.canaryInterval;
    case 'TimeBasedLinear':
      return (Math.ceil(100 / routing.linearPercentage) - 1) * routing.linearInterval;
    default:
      return routing satisfies never;
  }
};

/** The new version's share of the traffic at first, 0 to 1. */
export const firstShare = (routing: TrafficRouting): number => {
  switch (routing.type) {
    case 'AllAtOnce':
      return 1;
    case 'TimeBasedCanary':
      return routing.canaryPercentage / 100;
    case 'TimeBasedLinear':
      return routing.linearPercentage / 100;
    default:
      return routing satisfies never;
  }
};

export function readGatedAliases(branch: Branch): readonly GatedAlias[] {
  return [...branch.resources.values()].flatMap((resource) => {
    if (resource.type !== 'AWS::Lambda::Alias') return [];
    const update = record(resource.updatePolicy['CodeDeployLambdaAliasUpdate']);
    return update['DeploymentGroupName'] === undefined ? [] : [readAlias(resource, update, branch)];
  });
}

function readAlias(resource: JudgedResource, update: Properties, branch: Branch): GatedAlias {
  const functionName = withoutArn(text(resource.properties['FunctionName']) ?? '');
  const owner = branch.named('AWS::Lambda::Function', functionName);
  const functionId = owner?.id ?? resource.id;
  const group = branch.named('AWS::CodeDeploy::DeploymentGroup', text(update['DeploymentGroupName']) ?? '');
  const preference = ['Resources', functionId, 'Properties', 'DeploymentPreference'];
  const isServerless = resource.isGenerated;
  const configurationName = text(group?.properties['DeploymentConfigName']);
  const alarmNames = alarmNamesOf(group);
  return {
    resource,
    functionId,
    functionName,
    aliasName: text(resource.properties['Name']) ?? '',
    versionNumber: text(resource.properties['FunctionVersion']),
    group,
    place: isServerless ? preference : ['Resources', (group ?? resource).id, 'Properties'],
    isServerless,
    configurationName,
    routing: configurationName === undefined ? undefined : routingOf(configurationName, branch),
    alarmNames,
    alarms: alarmsNamed(alarmNames, branch),
    hooks: (['PreTraffic', 'PostTraffic'] as const).flatMap((event) => {
      const name = text(update[event === 'PreTraffic' ? 'BeforeAllowTrafficHook' : 'AfterAllowTrafficHook']);
      if (name === undefined || name === '') return [];
      return [{ event, name: withoutArn(name), resource: branch.named('AWS::Lambda::Function', withoutArn(name)) }];
    }),
  };
}

const withoutArn = (name: string): string => /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(name)?.[1] ?? name;

function alarmNamesOf(group: JudgedResource | undefined): readonly string[] {
  const configuration = record(group?.properties['AlarmConfiguration']);
  if (flag(configuration['Enabled']) === false) return [];
  return list(configuration['Alarms']).flatMap((each) => text(record(each)['Name']) ?? []);
}

/** Each alarm once, with the shortest way from it to the group. */
function alarmsNamed(names: readonly string[], branch: Branch): readonly Alarm[] {
  const found = new Map<JudgedResource, boolean>();
  const visit = (name: string, stopsAlone: boolean, open: readonly string[]): void => {
    const metric = branch.named('AWS::CloudWatch::Alarm', name);
    if (metric !== undefined) found.set(metric, stopsAlone || found.get(metric) === true);
    const composite = branch.named('AWS::CloudWatch::CompositeAlarm', name);
    if (composite === undefined || open.includes(name)) return;
    for (const child of childrenInRule(text(composite.properties['AlarmRule']) ?? '') ?? [])
      if (child.canHelp) visit(child.name, stopsAlone && child.isEnough, [...open, name]);
  };
  for (const name of names) visit(name, true, []);
  return [...found].map(([resource, stopsAlone]) => readAlarm(resource, branch, stopsAlone));
}

function routingOf(name: string, branch: Branch): TrafficRouting | undefined {
  const own = branch.named('AWS::CodeDeploy::DeploymentConfig', name);
  return PREDEFINED.get(name) ?? (own === undefined ? undefined : routingOfResource(own.properties));
}

/** Undefined when CodeDeploy would refuse it. */
export function routingOfResource(properties: Properties): TrafficRouting | undefined {
  const config = record(properties['TrafficRoutingConfig']);
  const canary = record(config['TimeBasedCanary']);
  const linear = record(config['TimeBasedLinear']);
  try {
    return customRouting({
      type: text(config['Type']),
      timeBasedCanary: {
        canaryPercentage: number(canary['CanaryPercentage']),
        canaryInterval: number(canary['CanaryInterval']),
      },
      timeBasedLinear: {
        linearPercentage: number(linear['LinearPercentage']),
        linearInterval: number(linear['LinearInterval']),
      },
    });
  } catch {
    return undefined;
  }
}
