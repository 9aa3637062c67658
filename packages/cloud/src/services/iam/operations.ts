/** What can be asked of IAM: roles and managed policies, as far as a stack makes them. Source: IAM API reference (D). */
import { AwsError } from '../../aws-error.ts';
import { pageOf } from '../../page.ts';
import type { Instant } from '../../instant.ts';
import { type Operation, operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { attachmentFindings, boundaryFindings, policyFindings } from './findings.ts';
import { awsManagedPolicy } from './managed-policies.ts';
import { type PolicyDocument, readPolicy } from './policy-document.ts';
import type { FindingNoticed, ManagedPolicy, Role, RolePut } from './state.ts';

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
const invalidInput = (message: string): AwsError => new AwsError('ValidationError', message);

const iamArn = (world: World, resource: string): string => `arn:${world.partition}:iam::${world.accountId}:${resource}`;

interface NamesRole {
  readonly RoleName?: string | undefined;
}

function requireRole(world: World, name: string | undefined): Role {
  const role = world.iam.roles.get(name ?? '');
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

const byRole = (world: World, { RoleName: name = '' }: NamesRole): string =>
  world.iam.roles.get(name)?.arn ?? iamArn(world, `role/${name}`);

/** One entry of the API: its action is the operation's own name. */
const roleOperation = <I extends NamesRole>(
  name: string,
  run: (world: World, input: I, now: Instant) => ReturnType<Operation['run']>,
): Operation =>
  operation<I>({ action: `iam:${name}`, resource: byRole, run: (world, input, { now }) => run(world, input, now) });

interface CreateRoleInput extends NamesRole {
  readonly Path?: string;
  /** JSON text, or an object. */
  readonly AssumeRolePolicyDocument?: unknown;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
  readonly PermissionsBoundary?: string;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const CreateRole = roleOperation<CreateRoleInput>('CreateRole', (world, input, now) => {
  const { RoleName: roleName, Path: path = '/', Description: description, MaxSessionDuration: duration = 3600 } = input;
  if (roleName === undefined || !/^[\w+=,.@-]{1,64}$/.test(roleName))
    throw invalidInput(
      `The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  if (world.iam.roles.has(roleName))
    throw new AwsError('EntityAlreadyExists', `Role with name ${roleName} already exists.`, 409);
  const role: Role = {
    roleName,
    path,
    arn: iamArn(world, `role${path}${roleName}`),
    roleId: `AROA${world.random.text('ids', `role ${roleName} ${now}`, 17, ID_ALPHABET)}`,
    createdAt: now,
    ...(description !== undefined && { description }),
    maxSessionDurationSeconds: duration,
    trustPolicy: readPolicy(input.AssumeRolePolicyDocument, 'trust'),
    inlinePolicies: {},
    managedPolicyArns: [],
  };
  const bounded = input.PermissionsBoundary === undefined ? role : withBoundary(role, input.PermissionsBoundary);
  return { output: { Role: describeRole(bounded) }, effects: putBounded(world, bounded) };
});

/** A policy of the account that no stack here has made may well be there: its content is not known, that is all. */
function withBoundary(role: Role, policyArn: string): Role {
  requirePolicyArn(policyArn);
  return { ...role, permissionsBoundaryArn: policyArn };
}

const putBounded = (world: World, role: Role): (RolePut | FindingNoticed)[] => [
  { type: 'iam.RolePut', role },
  ...boundaryFindings(world, role),
];

function requirePolicyArn(policyArn: string): void {
  if (!/^arn:[^:]+:iam::(?:aws|\d{12}):policy\/.+$/.test(policyArn))
    throw invalidInput(`ARN ${policyArn} is not valid.`);
}

interface BoundaryInput extends NamesRole {
  readonly PermissionsBoundary?: string;
}

const PutRolePermissionsBoundary = roleOperation<BoundaryInput>(
  'PutRolePermissionsBoundary',
  (world, { RoleName: name, PermissionsBoundary: policyArn = '' }) => ({
    output: {},
    effects: putBounded(world, withBoundary(requireRole(world, name), policyArn)),
  }),
);

const DeleteRolePermissionsBoundary = roleOperation('DeleteRolePermissionsBoundary', (world, { RoleName: name }) => {
  const { permissionsBoundaryArn: _gone, ...role } = requireRole(world, name);
  return { output: {}, effects: [{ type: 'iam.RolePut', role }] };
});

const encoded = (document: PolicyDocument): string => encodeURIComponent(JSON.stringify(document));

const describeRole = (role: Role) => ({
  Path: role.path,
  RoleName: role.roleName,
  RoleId: role.roleId,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encoded(role.trustPolicy),
  ...(role.description !== undefined && { Description: role.description }),
  MaxSessionDuration: role.maxSessionDurationSeconds,
  ...(role.permissionsBoundaryArn !== undefined && {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.permissionsBoundaryArn },
  }),
});

const GetRole = roleOperation('GetRole', (world, { RoleName: name }) => ({
  output: { Role: describeRole(requireRole(world, name)) },
  effects: [],
}));

interface UpdateRoleInput extends NamesRole {
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
}

const UpdateRole = roleOperation<UpdateRoleInput>(
  'UpdateRole',
  (world, { RoleName: name, Description: description, MaxSessionDuration: duration }) => {
    const known = requireRole(world, name);
    const role = {
      ...known,
      ...(description !== undefined && { description }),
      maxSessionDurationSeconds: duration ?? known.maxSessionDurationSeconds,
    };
    return { output: {}, effects: [{ type: 'iam.RolePut', role }] };
  },
);

interface TrustInput extends NamesRole {
  readonly PolicyDocument?: unknown;
}

const UpdateAssumeRolePolicy = roleOperation<TrustInput>(
  'UpdateAssumeRolePolicy',
  (world, { RoleName: name, PolicyDocument: document }) => ({
    output: {},
    effects: [
      { type: 'iam.RolePut', role: { ...requireRole(world, name), trustPolicy: readPolicy(document, 'trust') } },
    ],
  }),
);

/** Policies have to be taken off a role before it can go. */
const DeleteRole = roleOperation('DeleteRole', (world, { RoleName: name }) => {
  const { roleName, inlinePolicies, managedPolicyArns } = requireRole(world, name);
  if (managedPolicyArns.length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
  if (Object.keys(inlinePolicies).length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  return { output: {}, effects: [{ type: 'iam.RoleDeleted', roleName }] };
});

interface InlinePolicyInput extends NamesRole {
  readonly PolicyName?: string;
  readonly PolicyDocument?: unknown;
}

const PutRolePolicy = roleOperation<InlinePolicyInput>(
  'PutRolePolicy',
  (world, { RoleName: name, PolicyName: policyName, PolicyDocument: given }) => {
    const known = requireRole(world, name);
    if (policyName === undefined) throw invalidInput('The request must contain the parameter PolicyName.');
    const document = readPolicy(given, 'identity');
    const role = { ...known, inlinePolicies: { ...known.inlinePolicies, [policyName]: document } };
    return { output: {}, effects: [{ type: 'iam.RolePut', role }, ...policyFindings(world, known.roleName, document)] };
  },
);

function requireInline({ inlinePolicies }: Role, policyName: string | undefined): PolicyDocument {
  const document = inlinePolicies[policyName ?? ''];
  if (document === undefined) throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
  return document;
}

const DeleteRolePolicy = roleOperation<InlinePolicyInput>(
  'DeleteRolePolicy',
  (world, { RoleName: name, PolicyName: policyName }) => {
    const known = requireRole(world, name);
    requireInline(known, policyName);
    const inlinePolicies = Object.fromEntries(
      Object.entries(known.inlinePolicies).filter(([each]) => each !== policyName),
    );
    return { output: {}, effects: [{ type: 'iam.RolePut', role: { ...known, inlinePolicies } }] };
  },
);

const GetRolePolicy = roleOperation<InlinePolicyInput>(
  'GetRolePolicy',
  (world, { RoleName: name, PolicyName: policyName }) => {
    const document = requireInline(requireRole(world, name), policyName);
    return { output: { RoleName: name, PolicyName: policyName, PolicyDocument: encoded(document) }, effects: [] };
  },
);

interface Paged extends NamesRole {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** 100 a page, or as many as are asked for. */
function page<T>(all: readonly T[], { Marker: token, MaxItems: size = 100 }: Paged) {
  const { items, next } = pageOf(all, { token, size }, () => new AwsError('ValidationError', 'Invalid Marker'));
  return { items, next: next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next } };
}

const ListRolePolicies = roleOperation<Paged>('ListRolePolicies', (world, input) => {
  const names = Object.keys(requireRole(world, input.RoleName).inlinePolicies).toSorted();
  const { items, next } = page(names, input);
  return { output: { PolicyNames: items, ...next }, effects: [] };
});

interface AttachInput extends NamesRole {
  readonly PolicyArn?: string;
}

const AttachRolePolicy = roleOperation<AttachInput>(
  'AttachRolePolicy',
  (world, { RoleName: name, PolicyArn: policyArn = '' }) => {
    const known = requireRole(world, name);
    const isOwn = policyArn.startsWith(iamArn(world, 'policy/'));
    requirePolicyArn(policyArn);
    if (isOwn && !world.iam.policies.has(policyArn))
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    const managedPolicyArns = [...new Set([...known.managedPolicyArns, policyArn])];
    const effects = [
      { type: 'iam.RolePut' as const, role: { ...known, managedPolicyArns } },
      ...attachmentFindings(world, known.roleName, [policyArn]),
    ];
    return { output: {}, effects };
  },
);

const DetachRolePolicy = roleOperation<AttachInput>(
  'DetachRolePolicy',
  (world, { RoleName: name, PolicyArn: policyArn }) => {
    const known = requireRole(world, name);
    if (!known.managedPolicyArns.includes(policyArn ?? '')) throw noSuchEntity(`Policy ${policyArn} was not found.`);
    const managedPolicyArns = known.managedPolicyArns.filter((each) => each !== policyArn);
    return { output: {}, effects: [{ type: 'iam.RolePut', role: { ...known, managedPolicyArns } }] };
  },
);

const ListAttachedRolePolicies = roleOperation<Paged>('ListAttachedRolePolicies', (world, input) => {
  const { items, next } = page(requireRole(world, input.RoleName).managedPolicyArns, input);
  const AttachedPolicies = items.map((policyArn) => ({
    PolicyName: policyArn.slice(policyArn.lastIndexOf('/') + 1),
    PolicyArn: policyArn,
  }));
  return { output: { AttachedPolicies, ...next }, effects: [] };
});

interface CreatePolicyInput {
  readonly PolicyName?: string;
  readonly Path?: string;
  readonly PolicyDocument?: unknown;
}

const CreatePolicy = operation<CreatePolicyInput>({
  action: 'iam:CreatePolicy',
  resource: (world, { PolicyName: name, Path: path = '/' }) => iamArn(world, `policy${path}${name}`),
  run(world, { PolicyName: policyName, Path: path = '/', PolicyDocument: given }, { now }) {
    if (policyName === undefined) throw invalidInput('The request must contain the parameter PolicyName.');
    const arn = iamArn(world, `policy${path}${policyName}`);
    if (world.iam.policies.has(arn))
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
        409,
      );
    const policyId = `ANPA${world.random.text('ids', `policy ${policyName} ${now}`, 17, ID_ALPHABET)}`;
    const policy: ManagedPolicy = { policyName, arn, policyId, path, document: readPolicy(given, 'identity') };
    const output = {
      Policy: { PolicyName: policyName, PolicyId: policyId, Arn: arn, Path: path, DefaultVersionId: 'v1' },
    };
    return {
      output,
      effects: [{ type: 'iam.PolicyPut', policy }, ...policyFindings(world, policyName, policy.document)],
    };
  },
});

interface PolicyArnInput {
  readonly PolicyArn?: string;
}

function requirePolicy(world: World, policyArn: string | undefined): ManagedPolicy {
  const policy = world.iam.policies.get(policyArn ?? '');
  if (policy === undefined) throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
  return policy;
}

/** A new default version: the only one that is evaluated, and so the only one that is kept. */
const CreatePolicyVersion = operation<
  PolicyArnInput & { readonly PolicyDocument?: unknown; readonly SetAsDefault?: boolean }
>({
  action: 'iam:CreatePolicyVersion',
  resource: (_world, { PolicyArn: policyArn = '' }) => policyArn,
  run(world, { PolicyArn: policyArn, PolicyDocument: given, SetAsDefault: isDefault }) {
    const known = requirePolicy(world, policyArn);
    if (isDefault !== true)
      throw invalidInput('A policy version that is not the default cannot be rehearsed. See docs/slice.md.');
    const policy = { ...known, document: readPolicy(given, 'identity') };
    return {
      output: { PolicyVersion: { IsDefaultVersion: true } },
      effects: [{ type: 'iam.PolicyPut', policy }, ...policyFindings(world, known.policyName, policy.document)],
    };
  },
});

const DeletePolicy = operation<PolicyArnInput>({
  action: 'iam:DeletePolicy',
  resource: (_world, { PolicyArn: policyArn = '' }) => policyArn,
  run(world, { PolicyArn: policyArn }) {
    const { arn } = requirePolicy(world, policyArn);
    const roles = [...world.iam.roles.values()];
    if (roles.some((role) => role.managedPolicyArns.includes(arn) || role.permissionsBoundaryArn === arn))
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
    return { output: {}, effects: [{ type: 'iam.PolicyDeleted', policyArn: arn }] };
  },
});

const GetPolicy = operation<PolicyArnInput>({
  action: 'iam:GetPolicy',
  resource: (_world, { PolicyArn: policyArn = '' }) => policyArn,
  run(world, { PolicyArn: policyArn = '' }) {
    if (awsManagedPolicy(policyArn) === undefined) requirePolicy(world, policyArn);
    return {
      output: {
        Policy: { PolicyName: policyArn.slice(policyArn.lastIndexOf('/') + 1), Arn: policyArn, DefaultVersionId: 'v1' },
      },
      effects: [],
    };
  },
});

export const operations: Readonly<Record<string, Operation>> = {
  CreateRole,
  GetRole,
  UpdateRole,
  UpdateAssumeRolePolicy,
  PutRolePermissionsBoundary,
  DeleteRolePermissionsBoundary,
  DeleteRole,
  PutRolePolicy,
  DeleteRolePolicy,
  GetRolePolicy,
  ListRolePolicies,
  AttachRolePolicy,
  DetachRolePolicy,
  ListAttachedRolePolicies,
  CreatePolicy,
  CreatePolicyVersion,
  DeletePolicy,
  GetPolicy,
};
