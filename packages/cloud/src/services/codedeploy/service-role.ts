import type { Principal } from '../../service.ts';
import type { World } from '../../world-state.ts';
import { groupOf } from './create-deployment.ts';
import type { Deployment, ErrorInformation } from './state.ts';

/** CodeDeploy acts with the deployment group's service role. Source: codedeploy reference 3.9. */
export const serviceRole = (world: World, deployment: Deployment): Principal => ({
  type: 'role',
  roleArn: groupOf(world, deployment).serviceRoleArn,
  sessionName: deployment.id,
});

/** Source: codedeploy reference 3.2, SAM#219 and terraform-aws-modules/terraform-aws-lambda#77 (I). */
export const missingPermission = (
  world: World,
  deployment: Deployment,
  awsService: 'AWSLambda' | 'AmazonCloudWatch',
): ErrorInformation => ({
  code: 'IAM_ROLE_PERMISSIONS',
  message: `The IAM role ${groupOf(world, deployment).serviceRoleArn} does not give you permission to perform operations in the following AWS service: ${awsService}. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant permissions to your users or groups by creating IAM policies.`,
});

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
  if (reply.code.startsWith('AccessDenied')) return missingPermission(world, deployment, 'AWSLambda');
  return { code: 'INVALID_LAMBDA_CONFIGURATION', message: reply.message };
}
