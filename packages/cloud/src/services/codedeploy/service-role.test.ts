import { expect, test } from '@jest/globals';
import { DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import { Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { initialWorld } from '../../world.ts';
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
  expect(lambdaRefused(world, DEPLOYMENT, { code: refusal, message: 'said by Lambda' })).toEqual({ code, message });
});
