import type { StackCloud } from './stack-cloud.fixture.ts';

/** What is true of every service, without what a rolled-back update leaves by design: versions, histories, instants. */
export function state({ world }: StackCloud): unknown {
  const { lambda, logs, cloudwatch, codedeploy, iam, sns } = world;
  const functions = [...lambda.functions.values()].map(
    ({ functionName, latest, aliases, permissions, eventInvokeConfigs, reservedConcurrency, tags }) => ({
      functionName,
      code: latest.code,
      configuration: latest.configuration,
      aliases: [...aliases.values()].map(({ name, functionVersion, additional }) => ({
        name,
        functionVersion,
        additional,
      })),
      permissions: [...permissions].map(([qualifier, statements]) => [qualifier, [...statements.keys()]]),
      configs: [...eventInvokeConfigs].map(([qualifier, config]) => [qualifier, { ...config, lastModifiedAt: 0 }]),
      reservedConcurrency,
      tags,
    }),
  );
  const filters = [...logs.groups.values()].map((each) => ({
    name: each.name,
    retention: each.retentionInDays,
    filters: [...each.filters.values()].map((filter) => ({ ...filter, createdAt: 0 })),
  }));
  const alarms = [...cloudwatch.alarms.values()].map((alarm) => alarm.configuration);
  const groups = [...codedeploy.applications.values()].map(({ name, groups: all }) => [name, [...all.values()]]);
  const configs = [...codedeploy.configs.keys()];
  return {
    functions,
    filters,
    alarms,
    groups,
    configs,
    roles: [...iam.roles.values()].map((role) => ({ ...role, managedPolicyArns: role.managedPolicyArns.toSorted() })),
    policies: iam.policies,
    sns: [...sns.topics.keys()],
  };
}
