import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { adoptExternalRole, type RoleUse } from '../iam/index.ts';
import type { CompiledTemplate } from './template/index.ts';

/** The roles that a template names by ARN and does not make become known, and are told of as findings. */
export const adoptExternalRoles = (world: World, compiled: CompiledTemplate, now: Instant): Effect[] =>
  rolesFromOutside(world, compiled).flatMap(({ arn, use }) => adoptExternalRole(world, arn, use, now));

function rolesFromOutside(world: World, { resources }: CompiledTemplate): { arn: string; use: RoleUse }[] {
  return [...resources.values()].flatMap(({ type, properties }) => {
    const [value, use] =
      type === 'AWS::CodeDeploy::DeploymentGroup'
        ? [properties['ServiceRoleArn'], 'codedeploy' as const]
        : [type === 'AWS::Lambda::Function' ? properties['Role'] : undefined, 'lambda' as const];
    return typeof value === 'string' && value.startsWith(`arn:${world.partition}:iam::`) ? [{ arn: value, use }] : [];
  });
}
