/** A stack in an embedded cloud whose updates go through the API, so that time moves only when a test lets it. */
import { createHash } from 'node:crypto';
import { buildSync } from 'esbuild';
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

const source = ({ throws = false, hookReports = 'Succeeded', number = 1 }: ReleaseCode): string => `
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
export const release = ${number};
export const handler = async () => {
  ${throws ? "throw new Error('fault');" : "return { statusCode: 200, body: '{}' };"}
};
export const hook = async ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) => {
  const status = '${hookReports}';
  if (status === 'Failed') {
    process.stdout.write(JSON.stringify({ log: 'check', outcome: 'failed', check: 'lists', what: 'status', expected: 200, got: 503 }) + '\\n');
  }
  await new CodeDeployClient({}).send(
    new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status }),
  );
};`;

/** Lambda's image has the SDK, an environment of the embedded cloud has what is in the package. */
function bundled(contents: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    minify: true,
    target: 'node24',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outputFiles[0]?.text ?? '';
}

function artifactOf(release: ReleaseCode): Artifact {
  const code = bundled(source(release));
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
