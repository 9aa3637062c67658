/** What the captures were made with, in small: one function, one alarm, optional hooks, steady traffic. */
import { createHash } from 'node:crypto';
import { createCloud, type Cloud, type DeployOutcome } from '../cloud.ts';
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
}

export interface Rehearsed {
  readonly cloud: Cloud;
  readonly entries: readonly { readonly at: Instant; readonly fact: Fact }[];
  readonly deploy: (code: string) => Promise<DeployOutcome>;
  readonly deployments: () => readonly Deployment[];
  /** Stack events since the last deploy began: `LogicalId STATUS reason`. */
  readonly stackEvents: () => readonly string[];
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

function template({ hooks, postHook = 'Succeeded' }: Setting): string {
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
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes
        Alarms: [!Ref ErrorsAlarm]
${hookLines}      Events:
        Get: { Type: Api, Properties: { Path: /x, Method: get } }
${pre?.resource ?? ''}${post?.resource ?? ''}
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
  const rehearsed: Rehearsed = {
    cloud,
    entries,
    deploy(code) {
      from = entries.length;
      return cloud.deploy({
        stackName: 'capture',
        template: template(setting),
        fileName: 'template.yaml',
        packageCode: (path) => artifact(path === 'hook' ? HOOK : code),
      });
    },
    deployments: () => [...cloud.world.codedeploy.deployments.values()],
    stackEvents: () =>
      entries.slice(from).flatMap(({ fact }) => {
        if (fact.type !== 'cloudformation.StackEvent') return [];
        return [`${fact.logicalId} ${fact.status}${fact.reason === undefined ? '' : ` ${fact.reason}`}`];
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
