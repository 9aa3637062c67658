/** A release without the transform. */
import { type Json, ref } from '../judged.fixture.ts';

export const ROLLS_BACK = { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] };

/** `group`: over the properties of the deployment group. `versionId`: the version's logical id. */
export function byHand(group: Json = {}, versionId = 'Version0a1b2c3d'): string {
  const Code = { S3Bucket: 'b', S3Key: 'k' };
  const update = { ApplicationName: ref('App'), DeploymentGroupName: ref('Group') };
  const properties = {
    ApplicationName: ref('App'),
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    ServiceRoleArn: 'arn:aws:iam::123456789012:role/r',
    AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'elsewhere' }] },
    AutoRollbackConfiguration: ROLLS_BACK,
    ...group,
  };
  return JSON.stringify({
    Resources: {
      List: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code, Handler: 'a.b', Runtime: 'nodejs24.x', Role: 'arn:aws:iam::123456789012:role/r' },
      },
      [versionId]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('List') } },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          Name: 'live',
          FunctionName: ref('List'),
          FunctionVersion: { 'Fn::GetAtt': [versionId, 'Version'] },
        },
        UpdatePolicy: { CodeDeployLambdaAliasUpdate: update },
      },
      App: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
      Group: { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties: properties },
    },
  });
}

/** The group is there, and the alias is moved by somebody else. */
export const byOthers = (): string => byHand().replace('"UpdatePolicy"', '"Metadata"');
