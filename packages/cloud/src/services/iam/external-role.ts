import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import { roleNameOf } from './evaluate.ts';
import { findingKey, type FindingNoticed, type Role } from './state.ts';

/** What a template uses a role for that it does not define itself. */
export type RoleUse = 'codedeploy' | 'lambda';

const POLICIES = {
  codedeploy: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'],
  lambda: ['arn:aws:iam::aws:policy/AdministratorAccess'],
} as const satisfies Record<RoleUse, readonly string[]>;

/**
 * A role that is given by its ARN and that no stack of this cloud has made. What it may do is not known here:
 * CodeDeploy's is taken to hold the managed policy that SAM would attach (codedeploy reference 3.9), a function's
 * to allow everything, both to be trusting, and both are told as findings (assumption `external-role`).
 */
export function adoptExternalRole(world: World, roleArn: string, use: RoleUse, now: Instant): Effect[] {
  const roleName = roleNameOf(roleArn);
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(roleArn) || world.iam.roles.has(roleName)) return [];
  const role: Role = {
    roleName,
    path: '/',
    arn: roleArn,
    roleId: `AROA${world.random.text('ids', `external role ${roleName}`, 17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    createdAt: now,
    maxSessionDurationSeconds: 3_600,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }],
    },
    inlinePolicies: {},
    managedPolicyArns: POLICIES[use],
  };
  const policy = POLICIES[use][0].slice(POLICIES[use][0].lastIndexOf('/') + 1);
  const finding: FindingNoticed = {
    type: 'iam.FindingNoticed',
    rule: 'external-role',
    name: roleName,
    text: `The role ${roleName} is not made by the template: it is taken to hold ${policy}. What it really allows is not known here.`,
  };
  const told = world.iam.told.has(findingKey(finding));
  return [{ type: 'iam.RolePut', role }, ...(told ? [] : [finding])];
}
