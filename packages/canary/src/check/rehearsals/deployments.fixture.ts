/** Deployments that AWS refuses, that do not go back, or that move nothing. */
import { alarm, type Changes, type Json, ref, sub } from '../judged.fixture.ts';
import { onLines } from './lines.fixture.ts';
import { isRefused, type Rehearsal } from './rehearsal.fixture.ts';
import { GOOD, Shop, THROWS, WELL } from './shop.fixture.ts';

const many = (count: number): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`Alarm${i}`, alarm({ AlarmName: `alarm-${i}` })]));
const STAGES = {
  Parameters: { Stage: { Type: 'String', Default: 'test' } },
  Conditions: { IsProd: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
};

interface ByHand {
  readonly group?: Json;
  /** The logical id of the version. */
  readonly id?: string;
}

/** A release without AutoPublishAlias: its version, alias and group are written down. */
function byHand({ group = {}, id = 'Version0a1b2c3d' }: ByHand): Changes {
  return {
    list: { AutoPublishAlias: null, DeploymentPreference: null, Events: null },
    alarm: { AlarmName: { 'Fn::Sub': ['errors-${V}', { V: numberOf(id) }] }, Dimensions: dimensionsOf(id) },
    resources: {
      [id]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('List') } },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: { Name: 'live', FunctionName: ref('List'), FunctionVersion: numberOf(id) },
        UpdatePolicy: {
          CodeDeployLambdaAliasUpdate: { ApplicationName: ref('App'), DeploymentGroupName: ref('Group') },
        },
      },
      App: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
      Group: {
        Type: 'AWS::CodeDeploy::DeploymentGroup',
        Properties: {
          ApplicationName: ref('App'),
          DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
          DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
          ServiceRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          AlarmConfiguration: { Enabled: true, Alarms: [{ Name: ref('Alarm') }] },
          AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
          ...group,
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'codedeploy.amazonaws.com' } },
            ],
          },
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'],
        },
      },
    },
  };
}
const numberOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Version'] });
const dimensionsOf = (id: string): readonly Json[] => [
  { Name: 'FunctionName', Value: ref('List') },
  { Name: 'Resource', Value: sub('${List}:live') },
  { Name: 'ExecutedVersion', Value: numberOf(id) },
];

/** Good code, then this under traffic: how it ended, and where the alias is then. */
const then =
  (candidate: string, next: (changes: Changes) => Changes = (it) => it) =>
  async (changes: Changes): Promise<unknown> => {
    await using shop = await Shop.open(changes);
    await shop.deploy(GOOD);
    shop.receiveTraffic();
    return [await shop.deploy(candidate, { changes: next(changes) }), shop.live];
  };

/** The same code twice, with another value of the parameter the second time. */
const staged = async (changes: Changes): Promise<unknown> => {
  await using shop = await Shop.open(changes);
  await shop.deploy(GOOD);
  return [await shop.deploy(GOOD, { parameters: { Stage: 'prod' } }), shop.live];
};

const nextVersion = ({ group }: ByHand) =>
  then(THROWS, () => byHand({ ...(group && { group }), id: 'Version4e5f6a7b' }));
const UNSAID = { AlarmConfiguration: { Alarms: [{ Name: ref('Alarm') }] } };

export const WELL_WRITTEN: readonly (readonly [string, () => Promise<unknown>, unknown])[] = [
  ['goes back when an alarm says so', () => nextVersion({})(byHand({})), ['rolledBack', '1']],
];

export const deployments: readonly Rehearsal[] = [
  isRefused('too-many-alarms', { preference: { Alarms: Object.keys(many(11)).map(ref) }, resources: many(11) }),
  isRefused('alarm-refused', { alarm: { Period: 45 } }),
  isRefused('filter-invalid', onLines({ pattern: 'time-out' })),
  isRefused('filter-refused', onLines({ transformation: { MetricValue: 'one' } })),
  isRefused(
    'filter-default-with-dimensions',
    onLines({ transformation: { DefaultValue: 0, Dimensions: [{ Key: 'status', Value: '$.statusCode' }] } }),
  ),
  isRefused('filter-log-group', onLines({ group: sub('/aws/lambda/${List}') })),
  isRefused('unknown-configuration', { preference: { Type: 'Canary10Percent5Minute' } }),
  isRefused('circular-dependency', { alarm: { AlarmDescription: ref('List.Alias') } }, 'refused'),
  isRefused(
    'attribute-refused',
    { template: { Outputs: { A: { Value: { 'Fn::GetAtt': ['Alarm', 'arn'] } } } } },
    'refused',
  ),
  isRefused('resource-refused', { alarm: { alarmDescription: 'x' } }, 'refused'),
  isRefused('not-rehearsed', { resources: { Vpc: { Type: 'AWS::EC2::VPC' } } }, 'refused'),
  isRefused('template-refused', { list: { AutoPublishAlias: null } }, 'refused'),
  {
    rule: 'enabled-if',
    shows: 'a preference that a condition switches off shifts all the same',
    changes: { template: STAGES, preference: { Enabled: { 'Fn::If': ['IsProd', true, false] } } },
    async happens(changes) {
      await using shop = await Shop.open(changes);
      await shop.deploy(GOOD);
      return [await shop.deploy(WELL), shop.deployments];
    },
    ends: ['updated', 1],
  },
  {
    rule: 'environment-by-parameter',
    shows: 'another value of a parameter does not reach the alias',
    changes: { template: STAGES, list: { Environment: { Variables: { STAGE: ref('Stage') } } } },
    happens: staged,
    ends: ['updated', '1'],
  },
  {
    rule: 'version-description',
    shows: 'another value of a parameter cannot be deployed',
    changes: { template: STAGES, list: { VersionDescription: ref('Stage') } },
    happens: staged,
    ends: ['rolledBack', '1'],
  },
  {
    rule: 'deployment-outlasts-cli',
    shows: 'a good release takes more than an hour',
    changes: { preference: { Type: 'Linear10PercentEvery10Minutes' } },
    async happens(changes) {
      await using shop = await Shop.open(changes);
      await shop.deploy(GOOD);
      return [await shop.deploy(WELL), shop.minutes > 60];
    },
    ends: ['updated', true],
  },
  {
    rule: 'version-made-once',
    shows: 'the next release is published for nobody',
    changes: byHand({ id: 'Version' }),
    happens: then(WELL),
    ends: ['updated', '1'],
  },
  {
    rule: 'alarms-not-enabled',
    shows: 'a fault goes through',
    changes: byHand({ group: UNSAID }),
    happens: nextVersion({ group: UNSAID }),
    ends: ['updated', '2'],
  },
];
