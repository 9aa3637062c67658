import type { Principal } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { roleNameOf } from '../iam/index.ts';
import { groupOf } from './create-deployment.ts';
import type { Deployment, ErrorInformation } from './state.ts';

/** CodeDeploy acts with the deployment group's service role. Source: codedeploy reference 3.9. */
export const serviceRole = (world: World, deployment: Deployment): Principal => ({
  type: 'role',
  roleArn: groupOf(world, deployment).serviceRoleArn,
  sessionName: deployment.id,
});

/** Source: codedeploy reference 3.2, SAM#219 and terraform-aws-modules/terraform-aws-lambda#77 (I). */
export function missingPermission(
  world: World,
  deployment: Deployment,
  awsService: 'AWSLambda' | 'AmazonCloudWatch',
): ErrorInformation {
  const { serviceRoleArn } = groupOf(world, deployment);
  // Code and text of a role that is gone are those of the model's ErrorInformation (S).
  if (!world.iam.roles.has(roleNameOf(serviceRoleArn)))
    return { code: 'IAM_ROLE_MISSING', message: 'The service role cannot be accessed.' };
  return permissions(serviceRoleArn, awsService);
}

const permissions = (serviceRoleArn: string, awsService: string): ErrorInformation => ({
  code: 'IAM_ROLE_PERMISSIONS',
  message: `The IAM role ${serviceRoleArn} does not give you permission to perform operations in the following AWS service: ${awsService}. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant permissions to your users or groups by creating IAM policies.`,
});

/** The text is SLS#159's (I); the code is inferred from it (codedeploy reference 3.1). */
const throttled = (world: World, deployment: Deployment): ErrorInformation => ({
  code: 'THROTTLED',
  message: `The deployment failed because the number of requests by the IAM role ${groupOf(world, deployment).serviceRoleArn} exceeded the request limit for AWSLambda. Avoid retrying API requests at a high rate.`,
});

/** Both sentences are SAM#291's (I). An alias that still shares traffic is refused with the first alone. */
export const invalidConfiguration = (detail: 'elsewhere' | 'shared'): ErrorInformation => {
  const first =
    'The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration.';
  const second = 'The Lambda function alias version does not match the current version in AppSpec file.';
  return { code: 'INVALID_LAMBDA_CONFIGURATION', message: detail === 'elsewhere' ? `${first} ${second}` : first };
};

/**
 * What a refused call to Lambda means for the deployment: a missing permission, or a function, version or alias
 * that is not as the AppSpec says. Which code AWS gives in the second case is not captured (codedeploy reference
 * 3.1 knows INVALID_LAMBDA_CONFIGURATION for an alias that points elsewhere; assumption `lambda-refusal-code`).
 */
export function lambdaRefused(
  world: World,
  deployment: Deployment,
  reply: { readonly code: string; readonly message: string },
): ErrorInformation {
  if (reply.code === 'TooManyRequestsException') return throttled(world, deployment);
  if (reply.code.startsWith('AccessDenied')) return missingPermission(world, deployment, 'AWSLambda');
  return { code: 'INVALID_LAMBDA_CONFIGURATION', message: reply.message };
}
