/** Roles with their trust, inline and managed policies, and the account's own managed policies. */
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { PolicyDocument } from './policy-document.ts';

export interface IamState {
  readonly roles: Map<string, Role>;
  /** Customer managed policies by ARN. */
  readonly policies: Map<string, ManagedPolicy>;
  readonly told: Set<string>;
}

export interface Role {
  readonly roleName: string;
  readonly path: string;
  readonly arn: string;
  readonly roleId: string;
  readonly createdAt: Instant;
  readonly description?: string;
  readonly maxSessionDurationSeconds: number;
  readonly trustPolicy: PolicyDocument;
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>;
  readonly managedPolicyArns: readonly string[];
  readonly permissionsBoundaryArn?: string;
}

export interface ManagedPolicy {
  readonly policyName: string;
  readonly arn: string;
  readonly policyId: string;
  readonly path: string;
  readonly document: PolicyDocument;
}

/** A role is new, or something about it has changed. */
export interface RolePut {
  readonly type: 'iam.RolePut';
  readonly role: Role;
}

export interface RoleDeleted {
  readonly type: 'iam.RoleDeleted';
  readonly roleName: string;
}

export interface PolicyPut {
  readonly type: 'iam.PolicyPut';
  readonly policy: ManagedPolicy;
}

export interface PolicyDeleted {
  readonly type: 'iam.PolicyDeleted';
  readonly policyArn: string;
}

/** Something about a policy that a rehearsal cannot evaluate; told once per rule and place. */
export interface FindingNoticed {
  readonly type: 'iam.FindingNoticed';
  readonly rule:
    | 'unknown-managed-policy'
    | 'unknown-condition'
    | 'policy-variable'
    | 'external-role'
    | 'unknown-boundary';
  readonly text: string;
  /** The role or policy. */
  readonly name: string;
}

export type IamFact = RolePut | RoleDeleted | PolicyPut | PolicyDeleted | FindingNoticed;

export const initialIam = (): IamState => ({ roles: new Map(), policies: new Map(), told: new Set() });

export const findingKey = ({ rule, name, text }: Omit<FindingNoticed, 'type'>): string => `${rule}\t${name}\t${text}`;

export function apply(world: World, fact: IamFact): void {
  const { roles, policies, told } = world.iam;
  switch (fact.type) {
    case 'iam.RolePut':
      roles.set(fact.role.roleName, fact.role);
      return;
    case 'iam.RoleDeleted':
      roles.delete(fact.roleName);
      return;
    case 'iam.PolicyPut':
      policies.set(fact.policy.arn, fact.policy);
      return;
    case 'iam.PolicyDeleted':
      policies.delete(fact.policyArn);
      return;
    case 'iam.FindingNoticed':
      told.add(findingKey(fact));
      return;
    default:
      fact satisfies never;
  }
}
