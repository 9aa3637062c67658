import type { Principal } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { compileConditions, type ConditionTest } from './condition.ts';
import { awsManagedPolicy } from './managed-policies.ts';
import { listOf, type OneOrMany, type PolicyDocument, type PolicyStatement } from './policy-document.ts';
import type { Role } from './state.ts';
import { compileWildcard } from './wildcard.ts';

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

const ALLOWED: Verdict = { allowed: true };

/**
 * May this principal do this to that resource? Identity policies and the role's permissions boundary: an explicit deny
 * wins, then both must allow, else the request is denied implicitly. The account's owner may do anything; a role that
 * does not exist nothing.
 * Source: IAM user guide, policy evaluation logic, and troubleshooting access denied messages (D) for the texts.
 */
export function authorize(world: World, principal: Principal, action: string, resourceArn: string): Verdict {
  if (principal.type === 'root') return ALLOWED;
  const role = world.iam.roles.get(roleNameOf(principal.roleArn));
  const decisions =
    role === undefined
      ? []
      : policiesOf(world, role).flatMap((policy) => decide(world, principal, policy, action, resourceArn));
  if (decisions.includes('Deny'))
    return refused(world, principal, action, resourceArn, 'with an explicit deny in an identity-based policy');
  if (!decisions.includes('Allow'))
    return refused(
      world,
      principal,
      action,
      resourceArn,
      `because no identity-based policy allows the ${action} action`,
    );
  const boundary = role && boundaryOf(world, role);
  const bounds: readonly string[] = boundary ? decide(world, principal, boundary, action, resourceArn) : ['Allow'];
  if (bounds.includes('Deny'))
    return refused(world, principal, action, resourceArn, 'with an explicit deny in a permissions boundary');
  if (bounds.includes('Allow')) return ALLOWED;
  return refused(world, principal, action, resourceArn, `because no permissions boundary allows the ${action} action`);
}

/** Undefined without one, or with one whose content is not known: that is taken to allow everything, and told. */
function boundaryOf(world: World, { permissionsBoundaryArn: policyArn }: Role): PolicyDocument | undefined {
  return policyArn === undefined ? undefined : knownPolicy(world, policyArn);
}

export const knownPolicy = (world: World, policyArn: string): PolicyDocument | undefined =>
  world.iam.policies.get(policyArn)?.document ?? awsManagedPolicy(policyArn);

/** The last part of `arn:aws:iam::123456789012:role/path/name`. */
export const roleNameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);

function refused(
  world: World,
  principal: Principal & { type: 'role' },
  action: string,
  resourceArn: string,
  why: string,
): Verdict {
  const session = `arn:${world.partition}:sts::${world.accountId}:assumed-role/${roleNameOf(principal.roleArn)}/${principal.sessionName}`;
  return {
    allowed: false,
    message: `User: ${session} is not authorized to perform: ${action} on resource: ${resourceArn} ${why}`,
  };
}

/** Inline policies, then managed ones; a managed policy that is not known grants nothing. */
function policiesOf(world: World, role: Role): PolicyDocument[] {
  const managed = role.managedPolicyArns.map((policyArn) => knownPolicy(world, policyArn));
  return [...Object.values(role.inlinePolicies), ...managed.filter((policy) => policy !== undefined)];
}

interface CompiledStatement {
  readonly effect: PolicyStatement['Effect'];
  readonly action: (action: string) => boolean;
  readonly resource: (arn: string) => boolean;
  readonly conditions: ConditionTest;
}

const compiled = new WeakMap<PolicyDocument, readonly CompiledStatement[]>();

function statementsOf(policy: PolicyDocument): readonly CompiledStatement[] {
  let statements = compiled.get(policy);
  if (statements === undefined) compiled.set(policy, (statements = policy.Statement.map(compileStatement)));
  return statements;
}

function decide(
  world: World,
  principal: Principal,
  policy: PolicyDocument,
  action: string,
  resourceArn: string,
): PolicyStatement['Effect'][] {
  return statementsOf(policy)
    .filter((it) => it.action(action) && it.resource(resourceArn) && it.conditions(world, principal))
    .map(({ effect }) => effect);
}

/**
 * Can these policies allow it at all? Conditions of an Allow are taken to hold, a Deny with conditions not to: for
 * those who look at a template and can only prove that something is never allowed.
 */
export function mayAllow(policies: readonly PolicyDocument[], action: string, resourceArn: string): boolean {
  const matching = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => {
      const { action: isAction, resource: isResource } = compileStatement(statement);
      return isAction(action) && isResource(resourceArn);
    });
  const isDenied = matching.some(({ Effect, Condition }) => Effect === 'Deny' && Condition === undefined);
  return !isDenied && matching.some(({ Effect }) => Effect === 'Allow');
}

/** Does anything of the role's policies allow one of the actions, on whatever resource? For those who can only prove a never. */
export function mayEver(world: World, roleArn: string, actions: readonly string[]): boolean {
  const role = world.iam.roles.get(roleNameOf(roleArn));
  if (role === undefined) return false;
  return policiesOf(world, role).some((policy) =>
    statementsOf(policy).some(({ effect, action }) => effect === 'Allow' && actions.some(action)),
  );
}

function compileStatement(statement: PolicyStatement): CompiledStatement {
  const { Effect: effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  return {
    effect,
    // Action names are case-insensitive, ARNs are not.
    action: NotAction === undefined ? matchesAny(Action, true) : not(matchesAny(NotAction, true)),
    resource: NotResource === undefined ? matchesAny(Resource, false) : not(matchesAny(NotResource, false)),
    conditions: policyVariables(statement).length > 0 ? () => false : compileConditions(Condition),
  };
}

const not = (test: (text: string) => boolean) => (text: string) => !test(text);

function matchesAny(patterns: OneOrMany | undefined, ignoreCase: boolean): (text: string) => boolean {
  const tests = listOf(patterns).map((pattern) => compileWildcard(literal(pattern), ignoreCase));
  return (text) => tests.some((test) => test(text));
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves; rare enough to be left as a wildcard. */
const literal = (pattern: string): string => pattern.replaceAll(/\$\{([*?$])\}/g, '$1');

/** Policy variables are not resolved: a statement that has one does not match, and is reported when it is put. */
export const policyVariables = ({ Resource, NotResource, Condition }: PolicyStatement): string[] =>
  [...JSON.stringify([Resource, NotResource, Condition]).matchAll(/\$\{[^*?$}][^}]*\}/g)].map(([variable]) => variable);

/**
 * Does the role's trust policy let this service assume it? `lambda`. Its principal may name the region, and be one of
 * a partition. Conditions are taken to hold. Source: CDG:getting-started-create-service-role (D).
 */
export function trusts(world: World, roleArn: string, service: 'codedeploy' | 'lambda'): boolean {
  const statements = world.iam.roles.get(roleNameOf(roleArn))?.trustPolicy.Statement ?? [];
  const matching = statements.filter(
    ({ Principal: principal, Action }) =>
      matchesAny(Action, true)('sts:AssumeRole') && servicesOf(principal).some(isPrincipalOf(world, service)),
  );
  return matching.some(({ Effect }) => Effect === 'Allow') && matching.every(({ Effect }) => Effect === 'Allow');
}

/** Is the role known, and known not to let the service assume it? */
export const refusesTrust = (world: World, roleArn: string, service: 'codedeploy' | 'lambda'): boolean =>
  world.iam.roles.has(roleNameOf(roleArn)) && !trusts(world, roleArn, service);

const isPrincipalOf =
  ({ region }: World, service: string) =>
  (principal: string): boolean =>
    principal === '*' ||
    [`${service}.amazonaws.com`, `${service}.${region}.amazonaws.com`]
      .flatMap((name) => [name, `${name}.cn`])
      .includes(principal);

const servicesOf = (principal: unknown): readonly string[] =>
  principal === '*'
    ? ['*']
    : typeof principal === 'object' && principal !== null && 'Service' in principal
      ? listOf(principal.Service as OneOrMany)
      : [];
