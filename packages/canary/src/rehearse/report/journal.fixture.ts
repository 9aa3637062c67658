/** Hand-written journals for tests: `[second, fact]`, from 2026-01-05T09:00:00Z. */
import { after, type Fact, Instant, type JournalEntry } from '@unicorns/cloud';

export const START = Instant(Date.UTC(2026, 0, 5, 9));

export function journalOf(facts: readonly (readonly [second: number, fact: Fact])[]): readonly JournalEntry[] {
  return facts.map(([second, effect], seq) => ({ seq, at: after(START, second * 1_000), effect }));
}

export const served = (status: number, latencyMs = 20): Fact => ({
  type: 'apigateway.RequestServed',
  index: 0,
  apiId: 'api',
  stage: 'Prod',
  method: 'GET',
  path: '/unicorns',
  status,
  latencyMs,
  arrivedAt: START,
  requestId: 'r',
});

export const stackEvent = (logicalId: string, status: string, reason?: string): Fact => ({
  type: 'cloudformation.StackEvent',
  stackName: 'unicorns',
  stackId: 'arn',
  eventId: 'e',
  logicalId,
  physicalId: logicalId,
  resourceType: logicalId === 'unicorns' ? 'AWS::CloudFormation::Stack' : 'AWS::Lambda::Alias',
  status,
  ...(reason !== undefined && { reason }),
});

export const alias = (functionVersion: string, additional?: { version: string; weight: number }): Fact => ({
  type: 'lambda.AliasUpdated',
  functionName: 'list',
  aliasName: 'live',
  functionVersion,
  ...(additional && { additional }),
  description: '',
  revisionId: 'r',
});

export const group = (...alarmNames: string[]): Fact => ({
  type: 'codedeploy.DeploymentGroupPut',
  group: watching(alarmNames),
});

const watching = (
  alarmNames: readonly string[],
): Extract<Fact, { type: 'codedeploy.DeploymentGroupPut' }>['group'] => ({
  applicationName: 'app',
  name: 'group',
  id: 'g',
  deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  serviceRoleArn: 'arn',
  alarms: { enabled: true, ignorePollAlarmFailure: false, alarmNames },
  autoRollback: { enabled: true, events: ['DEPLOYMENT_STOP_ON_ALARM'] },
  triggers: [],
});

export const deployment = (
  id: string,
  from: string,
  to: string,
  creator: 'user' | 'codeDeployRollback' = 'user',
): Fact => ({
  type: 'codedeploy.DeploymentCreated',
  deployment: {
    id,
    applicationName: 'app',
    groupName: 'group',
    group: watching([]),
    overrides: {},
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    routing: { type: 'TimeBasedCanary', canaryPercentage: 10, canaryInterval: 5 },
    creator,
    target: { functionName: 'list', alias: 'live', currentVersion: from, targetVersion: to },
    hooks: creator === 'user' ? { BeforeAllowTraffic: 'CodeDeployHook_pre' } : {},
    createdAt: START,
    status: 'Created',
    lifecycle: [],
    hookExecutions: [],
    weightPercent: 0,
  },
});

export const alarm = (
  alarmName: string,
  to: 'ALARM' | 'OK',
  from: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA' = to === 'ALARM' ? 'OK' : 'ALARM',
): Fact => ({
  type: 'cloudwatch.AlarmStateChanged',
  alarmName,
  from,
  to,
  reason: 'Threshold Crossed',
  reasonData: '{}',
});

export const ended = (
  deploymentId: string,
  code?: 'ALARM_ACTIVE' | 'HOOK_EXECUTION_FAILURE' | 'IAM_ROLE_PERMISSIONS',
): Fact => ({
  type: 'codedeploy.DeploymentEnded',
  deploymentId,
  status: code === undefined ? 'Succeeded' : code === 'ALARM_ACTIVE' ? 'Stopped' : 'Failed',
  ...(code && { error: { code, message: 'AWS says so.' } }),
});

export const invocation = (
  functionName: string,
  lines: readonly object[],
  failure?: { errorType: string; payload: object },
): Fact => ({
  type: 'lambda.InvocationEnded',
  requestId: 'r',
  functionName,
  version: '1',
  source: { type: 'api' },
  logType: 'None',
  startedAt: START,
  durationMs: 1,
  outcome: failure ? 'error' : 'success',
  ...(failure && { errorType: failure.errorType }),
  payload: JSON.stringify(failure?.payload ?? {}),
  logGroup: 'g',
  logStream: 's',
  lines: lines.map((line) => ({ at: START, message: JSON.stringify(line) })),
});
