/** What the captures were made with, in small: one function, one alarm, optional hooks, steady traffic. */
import { createHash } from 'node:crypto';
import { createCloud, type Cloud, type DeployOutcome, type Intervention } from '../cloud.ts';
import type { Fact } from '../effects.ts';
import type { Instant } from '../instant.ts';
import type { Deployment } from '../services/codedeploy/index.ts';
import { arrivals } from '../traffic.ts';
import type { Artifact } from '../world-state.ts';

export interface Setting {
  readonly hooks: 'none' | 'both' | 'post';
  /** What the post-traffic hook reports. */
  readonly postHook?: 'Succeeded' | 'Failed';
  readonly requestsPerMinute: number;
  /** Alarms of the group after `fn-errors`, in this order; only a person sets them off. */
  readonly moreAlarms?: readonly string[];
  /** Functions beside it whose environment changes with every release. */
  readonly others?: readonly string[];
}

export interface Rehearsed {
  readonly cloud: Cloud;
  readonly entries: readonly { readonly at: Instant; readonly fact: Fact }[];
  readonly deploy: (code: string, interventions?: readonly Intervention[]) => Promise<DeployOutcome>;
  /** Sets an alarm off by hand, as `aws cloudwatch set-alarm-state` does. */
  readonly setOff: (alarmName: string) => void;
  readonly deployments: () => readonly Deployment[];
  /** Stack events since the last deploy began: `LogicalId STATUS reason`. */
  readonly stackEvents: () => readonly string[];
  /** The same with their seconds since the deploy began. */
  readonly stackEventSeconds: () => readonly (readonly [line: string, seconds: number])[];
  /** What the alias `live` pointed at, as it changed since the last deploy began: `["1",{"2":0.1}]`. */
  readonly aliasStates: () => readonly (readonly [state: string, at: Instant])[];
}

const HOOK = `
import { request } from 'node:http';
export const handler = (event) => new Promise((resolve, reject) => {
  const body = JSON.stringify({
    deploymentId: event.DeploymentId,
    lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
    status: process.env.VERDICT,
  });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260105/us-east-1/codedeploy/aws4_request, SignedHeaders=host, Signature=0',
    'content-length': Buffer.byteLength(body),
  };
  const call = request(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers }, (answer) => {
    let text = '';
    answer.on('data', (part) => (text += part));
    answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
  });
  call.on('error', reject);
  call.end(body);
});
`;

const hookResource = (name: string, verdict: string): string => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_${name}
      CodeUri: hook
      Handler: index.handler
      Runtime: nodejs24.x
      DeploymentPreference: { Enabled: false }
      Environment: { Variables: { VERDICT: ${verdict}, NEW_VERSION: !Ref Fn.Version } }
      Policies:
        - Statement:
            - Effect: Allow
              Action: codedeploy:PutLifecycleEventHookExecutionStatus
              Resource: !Sub arn:\${AWS::Partition}:codedeploy:\${AWS::Region}:\${AWS::AccountId}:deploymentgroup:\${ServerlessDeploymentApplication}/*
`;

const otherResource = (name: string): string => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: other
      Handler: index.handler
      Runtime: nodejs24.x
      Environment: { Variables: { CHAOS: !Ref Chaos } }
`;

const alarmResource = (name: string): string => `
  Alarm${name.replaceAll('-', '')}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: ${name}
      Namespace: Elsewhere
      MetricName: ${name}
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: ignore
`;

function template({ hooks, postHook = 'Succeeded', moreAlarms = [], others = [] }: Setting): string {
  const pre =
    hooks === 'both'
      ? { line: '          PreTraffic: !Ref Pre\n', resource: hookResource('Pre', 'Succeeded') }
      : undefined;
  const post =
    hooks === 'none'
      ? undefined
      : { line: '          PostTraffic: !Ref Post\n', resource: hookResource('Post', postHook) };
  const hookLines = hooks === 'none' ? '' : `        Hooks:\n${pre?.line ?? ''}${post?.line ?? ''}`;
  return `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Chaos: { Type: String }
Resources:${others.map(otherResource).join('')}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes
        Alarms: [!Ref ErrorsAlarm${moreAlarms.map((name) => `, ${name}`).join('')}]
${hookLines}      Events:
        Get: { Type: Api, Properties: { Path: /x, Method: get } }
${pre?.resource ?? ''}${post?.resource ?? ''}${moreAlarms.map(alarmResource).join('')}
  ErrorsAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: fn-errors
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions:
        - { Name: FunctionName, Value: !Ref Fn }
        - { Name: Resource, Value: !Sub '\${Fn}:live' }
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
`;
}

function artifact(code: string): Artifact {
  const digest = createHash('sha256').update(code);
  const key = digest.copy().digest('hex').slice(0, 32);
  return { key, sha256: digest.digest('base64'), files: new Map([['index.mjs', Buffer.from(code)]]) };
}

export const healthy = (build: number): string =>
  `export const handler = async () => ({ statusCode: 200, body: 'build ${build}' });`;
export const throwing = (build: number): string =>
  `export const handler = async () => { throw new Error('build ${build}'); };`;

/** Deploys a healthy first version and lets traffic arrive; `body` then plays the capture. */
export async function rehearseCapture(setting: Setting, body: (it: Rehearsed) => Promise<void>): Promise<void> {
  const cloud = await createCloud({ seed: 4, workers: 1 });
  const entries: { at: Instant; fact: Fact }[] = [];
  cloud.journal.subscribe(({ at, effect }) => {
    if (effect.type !== 'wake' && effect.type !== 'call') entries.push({ at, fact: effect });
  });
  let from = 0;
  let beganAt = cloud.now;
  const told = () =>
    entries.slice(from).flatMap(({ at, fact }) => {
      if (fact.type !== 'cloudformation.StackEvent') return [];
      const line = `${fact.logicalId} ${fact.status}${fact.reason === undefined ? '' : ` ${fact.reason}`}`;
      return [[line, (at - beganAt) / 1_000] as const];
    });
  const rehearsed: Rehearsed = {
    cloud,
    entries,
    deploy(code, interventions = []) {
      from = entries.length;
      beganAt = cloud.now;
      return cloud.deploy({
        interventions,
        parameters: { Chaos: artifact(code).key },
        stackName: 'capture',
        template: template(setting),
        fileName: 'template.yaml',
        packageCode: (path) => artifact(path === 'hook' ? HOOK : code),
      });
    },
    deployments: () => [...cloud.world.codedeploy.deployments.values()],
    setOff(AlarmName) {
      const input = { AlarmName, StateValue: 'ALARM', StateReason: 'forced for evidence' };
      cloud.perform([{ type: 'call', as: { type: 'root' }, service: 'cloudwatch', operation: 'SetAlarmState', input }]);
    },
    stackEvents: () => told().map(([line]) => line),
    stackEventSeconds: told,
    aliasStates: () =>
      entries.slice(from).flatMap(({ at, fact }) => {
        if (fact.type !== 'lambda.AliasUpdated') return [];
        const { functionVersion, additional } = fact;
        const weights = additional === undefined ? null : { [additional.version]: additional.weight };
        return [[JSON.stringify([functionVersion, weights]), at] as const];
      }),
  };
  try {
    await rehearsed.deploy(healthy(1));
    const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
    cloud.send({
      apiId,
      stage: 'Prod',
      request: () => ({ method: 'GET', path: '/x', headers: {}, query: {} }),
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute: setting.requestsPerMinute }], cloud.now, undefined),
    });
    await cloud.advance(180_000);
    await body(rehearsed);
  } finally {
    await cloud.close();
  }
}
