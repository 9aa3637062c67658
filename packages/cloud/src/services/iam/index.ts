/** IAM: roles, their policies, and whether a principal may do what it asks for. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'iam', apply, operations };

export { adoptExternalRole, type RoleUse } from './external-role.ts';
export { authorize, mayAllow, mayEver, refusesTrust, roleNameOf, trusts, type Verdict } from './evaluate.ts';
export { awsManagedPolicy, MANAGED_POLICIES } from './managed-policies.ts';
export { CONDITION_KEYS, CONDITION_OPERATORS } from './condition.ts';
export { initialIam, type FindingNoticed, type Role } from './state.ts';
export { type PolicyDocument, readPolicy } from './policy-document.ts';
