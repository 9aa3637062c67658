/** A role that its service may not assume fails where it is named, and what a deployment needs may be gone when it starts. */
import { expect, test } from '@jest/globals';
import { hook, release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';

const role = (id: string, service: string): string => `
${id}:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Version: '2012-10-17'
      Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { Service: ${service}.amazonaws.com } }]
    ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda]
`;
const preference = 'Role: !GetAtt Deployer.Arn';

test('a service role that does not trust CodeDeploy fails the deployment group', () => {
  const cloud = new StackCloud();
  expect(cloud.deploy(release({ preference, more: role('Deployer', 'lambda') }))).toBe('ROLLBACK_COMPLETE');
  expect(cloud.told.find((line) => line.startsWith('FnDeploymentGroup CREATE_FAILED'))).toMatch(
    /AWS CodeDeploy does not have the permissions required to assume the role arn:aws:iam::123456789012:role\/app-Deployer-\w{12}\. \(Service: CodeDeploy, Status Code: 400,/,
  );
  expect(new StackCloud().deploy(release({ preference, more: role('Deployer', 'codedeploy') }))).toBe(
    'CREATE_COMPLETE',
  );
});

test('a role that does not trust Lambda fails the function', () => {
  const properties = 'Role: !GetAtt Own.Arn';
  const cloud = new StackCloud();
  expect(cloud.deploy(release({ properties, more: role('Own', 'codedeploy') }))).toBe('ROLLBACK_COMPLETE');
  expect(cloud.told.find((line) => line.startsWith('Fn CREATE_FAILED'))).toContain(
    'The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400,',
  );
  expect(new StackCloud().deploy(release({ properties, more: role('Own', 'lambda') }))).toBe('CREATE_COMPLETE');
});

test('a role from outside is taken to trust whoever uses it', () => {
  const arn = 'arn:aws:iam::123456789012:role/for-all';
  const cloud = new StackCloud();
  const both = release({ properties: `Role: ${arn}`, preference: `Role: ${arn}` });
  cloud.call('cloudformation', 'CreateStack', {
    StackName: 'app',
    TemplateBody: both.replace('CodeUri: one', 'InlineCode: exports.handler = 1'),
    Capabilities: ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'],
  });
  expect(cloud.settle()).toBe('CREATE_COMPLETE');
});

test.each([
  ['group', 'DEPLOYMENT_GROUP_MISSING', 'The deployment group was missing.'],
  ['application', 'APPLICATION_MISSING', 'The application was missing.'],
])('a deployment whose %s is gone before it starts fails with %s, and is not rolled back', (what, code, message) => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.DeploymentCreated');
  const [{ applicationName, groupName: deploymentGroupName } = { applicationName: '', groupName: '' }] =
    cloud.deployments;
  if (what === 'group') cloud.call('codedeploy', 'DeleteDeploymentGroup', { applicationName, deploymentGroupName });
  else cloud.call('codedeploy', 'DeleteApplication', { applicationName });
  cloud.settle();
  expect(cloud.deployments.map(({ status, error }) => [status, error])).toEqual([['Failed', { code, message }]]);
  expect(cloud.alias('list')).toBe('1');
});

test.each([
  [
    "!Sub 'arn:aws:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${ServerlessDeploymentApplication}/*'",
    '2',
  ],
  ["'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:another/*'", '1'],
])('a hook may report to the groups that its policy names: %s (3.3.7)', (resource, live) => {
  const more = hook('Pre').replace("Resource: '*'", `Resource: ${resource}`);
  const cloud = new StackCloud();
  cloud.behaviours.set('CodeDeployHook_Pre', { reports: 'Succeeded' });
  cloud.deploy(release({ pre: '!Ref Pre', more }));
  cloud.deploy(release({ pre: '!Ref Pre', more, code: 'two' }));
  expect(cloud.alias('list')).toBe(live);
  expect(cloud.refusals).toEqual(live === '2' ? [] : ['PutLifecycleEventHookExecutionStatus AccessDeniedException']);
});
