/** CodeDeploy's operations, asked by the SDK's own client over the wire. */
import * as codedeploy from '@aws-sdk/client-codedeploy';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import { MINUTE } from '../../instant.ts';

const {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  DeleteApplicationCommand,
  DeleteDeploymentConfigCommand,
  DeleteDeploymentGroupCommand,
  GetApplicationCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
  UpdateDeploymentGroupCommand,
} = codedeploy;

let cloud: Cloud;
let client: codedeploy.CodeDeployClient;

const TEMPLATE = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deployer
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { Service: [codedeploy.amazonaws.com, lambda.amazonaws.com] } }] }
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda]
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: shop
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs24.x
      Code: { ZipFile: 'exports.handler = async () => 1;' }
  One: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Fn } }
  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: !GetAtt One.Version, Name: live } }
`;

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  client = new codedeploy.CodeDeployClient({
    endpoint: cloud.endpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const refuse = (): never => {
    throw new Error('no code is packaged here');
  };
  await cloud.deploy({ stackName: 'shop', template: TEMPLATE, fileName: 'template.yaml', packageCode: refuse });
  await client.send(new CreateApplicationCommand({ applicationName: 'app', computePlatform: 'Lambda' }));
  await client.send(new CreateDeploymentGroupCommand(GROUP));
});

afterAll(async () => {
  client.destroy();
  await cloud.close();
});

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const GROUP = {
  applicationName: 'app',
  deploymentGroupName: 'group',
  serviceRoleArn: ROLE,
  deploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_REQUEST' as const] },
};

const appSpec = (targetVersion: string): string =>
  JSON.stringify({
    version: 0,
    Resources: [
      {
        shop: {
          Type: 'AWS::Lambda::Function',
          Properties: { Name: 'shop', Alias: 'live', CurrentVersion: '1', TargetVersion: targetVersion },
        },
      },
    ],
  });

interface Spec {
  readonly Resources: { readonly shop?: object }[];
}

const revision = (content: string) => ({ revisionType: 'AppSpecContent' as const, appSpecContent: { content } });

/** Publishes one more version, by a changed configuration; a description alone would not do. */
function nextVersion(timeoutSeconds: number): string {
  const before = cloud.world.lambda.functions.get('shop')?.lastPublished ?? 0;
  for (const [operation, input] of [
    ['UpdateFunctionConfiguration', { FunctionName: 'shop', Timeout: timeoutSeconds }],
    ['PublishVersion', { FunctionName: 'shop' }],
  ] as const) {
    cloud.perform([{ type: 'call', as: { type: 'root' }, service: 'lambda', operation, input }]);
  }
  return String(before + 1);
}

const deployment = (target: string) => ({
  applicationName: 'app',
  deploymentGroupName: 'group',
  revision: revision(appSpec(target)),
});

let releases = 0;

async function deploy(): Promise<string> {
  const target = nextVersion(10 + ++releases);
  const { deploymentId } = await client.send(new CreateDeploymentCommand(deployment(target)));
  return deploymentId ?? '';
}

test('applications, groups and configurations are described as they were made', async () => {
  expect((await client.send(new ListApplicationsCommand({}))).applications).toEqual(['app']);
  const { application } = await client.send(new GetApplicationCommand({ applicationName: 'app' }));
  expect(application).toMatchObject({ applicationName: 'app', computePlatform: 'Lambda' });
  expect((await client.send(new ListDeploymentGroupsCommand({ applicationName: 'app' }))).deploymentGroups).toEqual([
    'group',
  ]);
  const { deploymentGroupInfo } = await client.send(
    new GetDeploymentGroupCommand({ applicationName: 'app', deploymentGroupName: 'group' }),
  );
  expect(deploymentGroupInfo).toMatchObject({ ...GROUP, alarmConfiguration: { enabled: false, alarms: [] } });
  const trafficRoutingConfig = {
    type: 'TimeBasedCanary' as const,
    timeBasedCanary: { canaryPercentage: 25, canaryInterval: 7 },
  };
  await client.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName: 'quarter',
      computePlatform: 'Lambda',
      trafficRoutingConfig,
    }),
  );
  const { deploymentConfigInfo } = await client.send(
    new GetDeploymentConfigCommand({ deploymentConfigName: 'quarter' }),
  );
  expect(deploymentConfigInfo).toMatchObject({ deploymentConfigName: 'quarter', trafficRoutingConfig });
  const { deploymentConfigsList } = await client.send(new ListDeploymentConfigsCommand({}));
  expect(deploymentConfigsList).toHaveLength(10);
  await client.send(new DeleteDeploymentConfigCommand({ deploymentConfigName: 'quarter' }));
});

test('what an update leaves out stays: absent alarms leave the old ones active', async () => {
  const named = { applicationName: 'app', deploymentGroupName: 'watched', serviceRoleArn: ROLE };
  await client.send(
    new CreateDeploymentGroupCommand({ ...named, alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }] } }),
  );
  await client.send(
    new UpdateDeploymentGroupCommand({
      applicationName: 'app',
      currentDeploymentGroupName: 'watched',
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    }),
  );
  const { deploymentGroupInfo } = await client.send(
    new GetDeploymentGroupCommand({ applicationName: 'app', deploymentGroupName: 'watched' }),
  );
  expect(deploymentGroupInfo?.alarmConfiguration).toMatchObject({ enabled: true, alarms: [{ name: 'errors' }] });
  expect(deploymentGroupInfo?.deploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce');
  await client.send(new DeleteDeploymentGroupCommand({ applicationName: 'app', deploymentGroupName: 'watched' }));
});

test('a deployment is listed, followed by its target, and stopped with a rollback', async () => {
  const deploymentId = await deploy();
  await expect(client.send(new ListDeploymentTargetsCommand({ deploymentId }))).rejects.toThrow('has not started');
  await cloud.advance(2.5 * MINUTE);
  const { targetIds = [] } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }));
  const { deploymentTarget } = await client.send(
    new GetDeploymentTargetCommand({ deploymentId, targetId: targetIds[0] ?? '' }),
  );
  expect(deploymentTarget?.lambdaTarget?.lambdaFunctionInfo).toMatchObject({
    functionName: 'shop',
    functionAlias: 'live',
    targetVersionWeight: 0.3,
  });
  const batch = await client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
  expect(batch.deploymentTargets).toEqual([deploymentTarget]);
  expect((await client.send(new StopDeploymentCommand({ deploymentId }))).status).toBe('Succeeded');
  await cloud.advance(MINUTE);
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo).toMatchObject({
    status: 'Stopped',
    errorInformation: { code: 'MANUAL_STOP' },
    creator: 'user',
  });
  const rollbackId = deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? '';
  const { deployments } = await client.send(
    new ListDeploymentsCommand({ applicationName: 'app', deploymentGroupName: 'group' }),
  );
  expect(deployments?.slice(0, 2)).toEqual([rollbackId, deploymentId]);
  const { deploymentsInfo } = await client.send(new BatchGetDeploymentsCommand({ deploymentIds: [rollbackId] }));
  expect(deploymentsInfo?.[0]).toMatchObject({ status: 'Succeeded', creator: 'codeDeployRollback' });
  await expect(client.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject({
    name: 'DeploymentAlreadyCompletedException',
  });
});

test('deployments are listed by status and by when they were created', async () => {
  const group = { applicationName: 'app', deploymentGroupName: 'group' };
  const list = async (more: object) =>
    (await client.send(new ListDeploymentsCommand({ ...group, ...more }))).deployments ?? [];
  const [rollbackId = '', stoppedId = ''] = await list({});
  expect(await list({ includeOnlyStatuses: ['Stopped'] })).toEqual([stoppedId]);
  expect(await list({ includeOnlyStatuses: ['Succeeded', 'Failed'] })).toEqual([rollbackId]);
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId: rollbackId }));
  const start = deploymentInfo?.createTime;
  expect(await list({ createTimeRange: { start } })).toContain(rollbackId);
  expect(await list({ createTimeRange: { end: new Date(Number(start) - 1) } })).not.toContain(rollbackId);
});

test('a revision shows the digest of its AppSpec, never the content', async () => {
  const { deployments = [] } = await client.send(new ListDeploymentsCommand({}));
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId: deployments.at(-1) ?? '' }));
  expect(deploymentInfo?.revision).toEqual({
    revisionType: 'AppSpecContent',
    appSpecContent: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test('one group carries out one deployment at a time; a stop without rollback leaves two versions behind', async () => {
  const deploymentId = await deploy();
  await expect(deploy()).rejects.toMatchObject({ name: 'DeploymentLimitExceededException' });
  await cloud.advance(2.5 * MINUTE);
  await client.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }));
  const alias = cloud.world.lambda.functions.get('shop')?.aliases.get('live');
  expect(alias?.additional?.weight).toBeCloseTo(0.3);
});

test.each<[string, string, () => Promise<unknown>]>([
  [
    'ApplicationDoesNotExistException',
    'an application that is not there',
    () => client.send(new GetApplicationCommand({ applicationName: 'none' })),
  ],
  [
    'ApplicationAlreadyExistsException',
    'an application twice',
    () => client.send(new CreateApplicationCommand({ applicationName: 'app', computePlatform: 'Lambda' })),
  ],
  [
    'InvalidComputePlatformException',
    'a server platform',
    () => client.send(new CreateApplicationCommand({ applicationName: 'servers', computePlatform: 'Server' })),
  ],
  [
    'DeploymentGroupDoesNotExistException',
    'a group that is not there',
    () => client.send(new GetDeploymentGroupCommand({ applicationName: 'app', deploymentGroupName: 'none' })),
  ],
  [
    'DeploymentGroupAlreadyExistsException',
    'a group twice',
    () => client.send(new CreateDeploymentGroupCommand(GROUP)),
  ],
  [
    'DeploymentConfigDoesNotExistException',
    'an unknown configuration',
    () => client.send(new GetDeploymentConfigCommand({ deploymentConfigName: 'none' })),
  ],
  [
    'InvalidDeploymentConfigNameException',
    'a name that is AWS’s own',
    () =>
      client.send(
        new CreateDeploymentConfigCommand({
          deploymentConfigName: 'CodeDeployDefault.Mine',
          computePlatform: 'Lambda',
        }),
      ),
  ],
  [
    'AlarmsLimitExceededException',
    'eleven alarms',
    () =>
      client.send(
        new CreateDeploymentGroupCommand({
          ...GROUP,
          deploymentGroupName: 'many',
          alarmConfiguration: { enabled: true, alarms: Array.from({ length: 11 }, (_, i) => ({ name: `alarm ${i}` })) },
        }),
      ),
  ],
  [
    'InvalidAlarmConfigException',
    'an alarm twice',
    () =>
      client.send(
        new CreateDeploymentGroupCommand({
          ...GROUP,
          deploymentGroupName: 'many',
          alarmConfiguration: { enabled: true, alarms: [{ name: 'a' }, { name: 'a' }] },
        }),
      ),
  ],
  [
    'InvalidAlarmConfigException',
    'an alarm without a name',
    () =>
      client.send(
        new CreateDeploymentGroupCommand({
          ...GROUP,
          deploymentGroupName: 'many',
          alarmConfiguration: { enabled: true, alarms: [{}] },
        }),
      ),
  ],
  [
    'InvalidAlarmConfigException',
    'alarms that are watched and none of them',
    () =>
      client.send(
        new CreateDeploymentGroupCommand({
          ...GROUP,
          deploymentGroupName: 'many',
          alarmConfiguration: { enabled: true, alarms: [] },
        }),
      ),
  ],
  [
    'TriggerTargetsLimitExceededException',
    'eleven triggers',
    () =>
      client.send(
        new CreateDeploymentGroupCommand({
          ...GROUP,
          deploymentGroupName: 'many',
          triggerConfigurations: Array.from({ length: 11 }, (_, i) => ({
            triggerName: `trigger-${i}`,
            triggerTargetArn: 'arn:aws:sns:us-east-1:123456789012:t',
            triggerEvents: ['DeploymentStop' as const],
          })),
        }),
      ),
  ],
  [
    'InvalidIgnoreApplicationStopFailuresValueException',
    'failures to ignore that Lambda does not have',
    () => client.send(new CreateDeploymentCommand({ ...deployment('9'), ignoreApplicationStopFailures: true })),
  ],
  [
    'InvalidUpdateOutdatedInstancesOnlyValueException',
    'instances that Lambda does not have',
    () => client.send(new CreateDeploymentCommand({ ...deployment('9'), updateOutdatedInstancesOnly: true })),
  ],
  [
    'RevisionRequiredException',
    'no revision',
    () => client.send(new CreateDeploymentCommand({ applicationName: 'app', deploymentGroupName: 'group' })),
  ],
  [
    'BatchLimitExceededException',
    'more than 25 deployments at once',
    () => client.send(new BatchGetDeploymentsCommand({ deploymentIds: Array(26).fill('d-ABCDEFGHI') })),
  ],
  [
    'DeploymentDoesNotExistException',
    'a deployment that is not there',
    () => client.send(new GetDeploymentCommand({ deploymentId: 'd-ABCDEFGHI' })),
  ],
  [
    'InvalidDeploymentIdException',
    'an id of another form',
    () => client.send(new GetDeploymentCommand({ deploymentId: 'deployment-1' })),
  ],
  [
    'DeploymentIdRequiredException',
    'no deployment id',
    () => client.send(new PutLifecycleEventHookExecutionStatusCommand({ status: 'Succeeded' })),
  ],
  [
    'DeploymentGroupNameRequiredException',
    'an application without its group',
    () => client.send(new ListDeploymentsCommand({ applicationName: 'app' })),
  ],
  [
    'InvalidRevisionException',
    'an AppSpec that targets $LATEST',
    () =>
      client.send(
        new CreateDeploymentCommand({
          applicationName: 'app',
          deploymentGroupName: 'group',
          revision: revision(appSpec('$LATEST')),
        }),
      ),
  ],
  ...(
    [
      ['two functions', (spec: Spec) => spec.Resources.push(...spec.Resources)],
      ['no function', (spec: Spec) => spec.Resources.splice(0)],
      ['a table', (spec: Spec) => Object.assign(spec.Resources[0]?.shop ?? {}, { Type: 'AWS::DynamoDB::Table' })],
      ['another version of the format', (spec: Spec) => Object.assign(spec, { version: 1 })],
      ['a hook that Lambda does not have', (spec: Spec) => Object.assign(spec, { Hooks: [{ BeforeInstall: 'f' }] })],
      ['a section that is misspelled', (spec: Spec) => Object.assign(spec, { Hook: [{ BeforeAllowTraffic: 'f' }] })],
    ] as const
  ).map(([what, change]): [string, string, () => Promise<unknown>] => [
    'InvalidRevisionException',
    `an AppSpec of ${what}`,
    () => {
      const spec = JSON.parse(appSpec('9')) as Spec;
      change(spec);
      return client.send(new CreateDeploymentCommand({ ...deployment('9'), revision: revision(JSON.stringify(spec)) }));
    },
  ]),
  [
    'InvalidRevisionException',
    'an AppSpec that is no document',
    () =>
      client.send(
        new CreateDeploymentCommand({ applicationName: 'app', deploymentGroupName: 'group', revision: revision('[') }),
      ),
  ],
])('%s answers %s', async (name, _what, ask) => {
  await expect(ask()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test('an application goes with its groups', async () => {
  await client.send(new CreateApplicationCommand({ applicationName: 'old', computePlatform: 'Lambda' }));
  await client.send(new DeleteApplicationCommand({ applicationName: 'old' }));
  expect((await client.send(new ListApplicationsCommand({}))).applications).toEqual(['app']);
});

test('applications are listed page by page', async () => {
  for (let i = 0; i < 101; i += 1)
    await client.send(new CreateApplicationCommand({ applicationName: `page-${i}`, computePlatform: 'Lambda' }));
  const first = await client.send(new ListApplicationsCommand({}));
  expect(first.applications).toHaveLength(100);
  const { applications, nextToken } = await client.send(new ListApplicationsCommand({ nextToken: first.nextToken }));
  expect(applications).toContain('page-100');
  expect(nextToken).toBeUndefined();
  await expect(client.send(new ListApplicationsCommand({ nextToken: 'x' }))).rejects.toMatchObject({
    name: 'InvalidNextTokenException',
  });
});
