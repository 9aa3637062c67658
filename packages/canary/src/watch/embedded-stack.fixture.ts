/** A stack in an embedded cloud whose updates go through the API, so that time moves only when a test lets it. */
import { createHash } from 'node:crypto';
import { type Artifact, arrivals, type Cloud, createCloud } from '@unicorns/cloud';
import { type Account, connect } from '../aws/index.ts';

export const STACK = 'shop';
const BUCKET = 'packages';

const template = (code: string): string => `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ${code}
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes
        Alarms: [!Ref ErrorsAlarm]
        Hooks: { PreTraffic: !Ref Hook }
      Events:
        Get: { Type: Api, Properties: { Path: /x, Method: get } }
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_${STACK}_pre
      CodeUri: ${code}
      Handler: index.hook
      Runtime: nodejs24.x
      DeploymentPreference: { Enabled: false }
      Policies:
        - Version: '2012-10-17'
          Statement:
            - { Effect: Allow, Action: codedeploy:PutLifecycleEventHookExecutionStatus, Resource: '*' }
  ErrorsAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub '\${AWS::StackName}-\${Fn.Version.Version}-errors'
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions:
        - { Name: FunctionName, Value: !Ref Fn }
        - { Name: Resource, Value: !Sub '\${Fn}:live' }
        - { Name: ExecutedVersion, Value: !GetAtt Fn.Version.Version }
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
`;

export interface ReleaseCode {
  /** Throws for every request. */
  readonly throws?: boolean;
  /** What the pre-traffic hook reports. */
  readonly hookReports?: 'Succeeded' | 'Failed';
  readonly number?: number;
}

/** A hook without the SDK, so that nothing has to be bundled; its credentials stand in a header of SigV4's form. */
const source = ({ throws = false, hookReports = 'Succeeded', number = 1 }: ReleaseCode): string => `
import { request } from 'node:http';
export const release = ${number};
export const handler = async () => {
  ${throws ? "throw new Error('fault');" : "return { statusCode: 200, body: '{}' };"}
};
const put = (body) => new Promise((resolve, reject) => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID +
      '/20260105/us-east-1/codedeploy/aws4_request, SignedHeaders=host, Signature=0',
  };
  const call = request(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers }, (answer) => {
    let text = '';
    answer.on('data', (part) => (text += part));
    answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
  });
  call.on('error', reject);
  call.end(body);
});
export const hook = async ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) => {
  const status = '${hookReports}';
  if (status === 'Failed') {
    process.stdout.write(JSON.stringify({ log: 'check', outcome: 'failed', check: 'lists', what: 'status', expected: 200, got: 503 }) + '\\n');
  }
  await put(JSON.stringify({ deploymentId, lifecycleEventHookExecutionId, status }));
};`;

function artifactOf(release: ReleaseCode): Artifact {
  const code = source(release);
  const digest = createHash('sha256').update(code);
  const key = digest.copy().digest('hex').slice(0, 32);
  return { key, sha256: digest.digest('base64'), files: new Map([['index.mjs', Buffer.from(code)]]) };
}

export interface EmbeddedStack extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly account: Account;
  /** Begins an update; time stands still until a test advances it. */
  update(code: ReleaseCode): Promise<void>;
}

/** The stack is up, in a healthy release, with a request a second. */
export async function embeddedStack(): Promise<EmbeddedStack> {
  const cloud = await createCloud({ workers: 1 });
  const environment = { AWS_REGION: cloud.world.region };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });
  const account = await connect({ endpoint: cloud.endpointUrl }, environment);
  await cloud.deploy({
    stackName: STACK,
    template: template('app'),
    fileName: 'template.yaml',
    packageCode: () => artifactOf({}),
  });
  const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
  cloud.send({
    apiId,
    stage: 'Prod',
    request: () => ({ method: 'GET', path: '/x', headers: {}, query: {} }),
    arrivesAt: arrivals([{ minute: 0, requestsPerMinute: 60 }], cloud.now, undefined),
  });
  await cloud.advance(90_000);
  return {
    cloud,
    account,
    async update(code) {
      const artifact = artifactOf(code);
      (cloud.world.artifacts as Map<string, Artifact>).set(artifact.key, artifact);
      const { UpdateStackCommand } = await import('@aws-sdk/client-cloudformation');
      await account.cloudformation.send(
        new UpdateStackCommand({
          StackName: STACK,
          TemplateBody: template(`s3://${BUCKET}/${artifact.key}`),
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await cloud.close();
    },
  };
}
