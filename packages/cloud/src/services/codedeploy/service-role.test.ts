import { expect, test } from '@jest/globals';
import { DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import { Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { initialWorld } from '../../world.ts';
import type { Role } from '../iam/index.ts';
import { lambdaRefused } from './service-role.ts';
import type { Deployment } from './state.ts';

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const world = initialWorld({
  region: 'us-east-1',
  accountId: '123456789012',
  random: createRandom(1),
  assumptions: DEFAULT_ASSUMPTIONS,
});
const DEPLOYMENT: Deployment = {
  id: 'd-ABCDEFGHI',
  applicationName: 'app',
  groupName: 'group',
  group: {
    applicationName: 'app',
    name: 'group',
    id: '1',
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    serviceRoleArn: ROLE,
    alarms: { enabled: false, ignorePollAlarmFailure: false, alarmNames: [] },
    autoRollback: { enabled: false, events: [] },
    triggers: [],
  },
  overrides: {},
  deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
  routing: { type: 'AllAtOnce' },
  creator: 'user',
  target: { functionName: 'list', alias: 'live', currentVersion: '1', targetVersion: '2' },
  hooks: {},
  createdAt: Instant(0),
  status: 'InProgress',
  lifecycle: [],
  hookExecutions: [],
  weightPercent: 0,
};

const role = (arn: string): Role => ({
  roleName: 'deployer',
  path: '/',
  arn,
  roleId: 'AROA',
  createdAt: Instant(0),
  maxSessionDurationSeconds: 3_600,
  trustPolicy: { Version: '2012-10-17', Statement: [] },
  inlinePolicies: {},
  managedPolicyArns: [],
});

/** What the table of outcomes (codedeploy reference 3.1, 3.2) says of calls to Lambda that are refused. */
test.each<[string, string, string, string]>([
  [
    'a call too many',
    'TooManyRequestsException',
    'THROTTLED',
    `The deployment failed because the number of requests by the IAM role ${ROLE} exceeded the request limit for AWSLambda. Avoid retrying API requests at a high rate.`,
  ],
  [
    'a call that the role may not make',
    'AccessDeniedException',
    'IAM_ROLE_PERMISSIONS',
    `The IAM role ${ROLE} does not give you permission to perform operations in the following AWS service: AWSLambda. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant permissions to your users or groups by creating IAM policies.`,
  ],
  ['what is not as the AppSpec says', 'ResourceNotFoundException', 'INVALID_LAMBDA_CONFIGURATION', 'said by Lambda'],
])('%s fails the deployment with its own code', (_what, refusal, code, message) => {
  (world.iam.roles as Map<string, Role>).set('deployer', role(ROLE));
  expect(lambdaRefused(world, DEPLOYMENT, { code: refusal, message: 'said by Lambda' })).toEqual({ code, message });
});

test('a role that is not there any more has a code of its own', () => {
  (world.iam.roles as Map<string, Role>).delete('deployer');
  expect(lambdaRefused(world, DEPLOYMENT, { code: 'AccessDeniedException', message: '' })).toEqual({
    code: 'IAM_ROLE_MISSING',
    message: 'The service role cannot be accessed.',
  });
});
