import type { World } from '../../../world-state.ts';
import { defined, list, number, record, string } from './coerce.ts';
import {
  call,
  done,
  generatedName,
  output,
  physicalName,
  type ResourceStep,
  type ResourceType,
  type Step,
} from './resource-type.ts';

type Properties = Readonly<Record<string, unknown>>;

const iamArn = (world: World, resource: string): string => `arn:${world.partition}:iam::${world.accountId}:${resource}`;

const managed = (p: Properties): string[] => list(p['ManagedPolicyArns']).map((each) => string(each) ?? '');

const inline = (p: Properties): { name: string; document: unknown }[] =>
  list(p['Policies']).map((each) => ({
    name: string(record(each)['PolicyName']) ?? '',
    document: record(each)['PolicyDocument'],
  }));

const attach = (RoleName: string, arns: readonly string[]): Step[] =>
  arns.map((PolicyArn) => call('iam', 'AttachRolePolicy', { RoleName, PolicyArn }));
const detach = (RoleName: string, arns: readonly string[]): Step[] =>
  arns.map((PolicyArn) => call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
const put = (RoleName: string, policies: ReturnType<typeof inline>): Step[] =>
  policies.map(({ name, document }) =>
    call('iam', 'PutRolePolicy', { RoleName, PolicyName: name, PolicyDocument: document }),
  );
const take = (RoleName: string, names: readonly string[]): Step[] =>
  names.map((PolicyName) => call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));

/** A boundary is put again only when it is another one; without one it is taken off. */
function rebound(RoleName: string, before: string | undefined, after: string | undefined): Step[] {
  if (before === after) return [];
  if (after === undefined) return [call('iam', 'DeleteRolePermissionsBoundary', { RoleName })];
  return [call('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: after })];
}

/** The calls that bring a role from what it was to what the template says. */
function roleCalls(name: string, it: ResourceStep): Step[] {
  const p = it.properties;
  const before = it.previous?.properties ?? {};
  switch (it.action) {
    case 'delete':
      return [
        ...detach(name, managed(before)),
        ...take(
          name,
          inline(before).map((each) => each.name),
        ),
        call('iam', 'DeleteRole', { RoleName: name }),
      ];
    case 'update': {
      const goneArns = managed(before).filter((each) => !managed(p).includes(each));
      const names = inline(p).map((each) => each.name);
      const goneNames = inline(before)
        .map((each) => each.name)
        .filter((each) => !names.includes(each));
      return [
        call(
          'iam',
          'UpdateRole',
          defined({
            RoleName: name,
            Description: string(p['Description']) ?? (before['Description'] === undefined ? undefined : ''),
            MaxSessionDuration: number(p['MaxSessionDuration']) ?? 3_600,
          }),
        ),
        call('iam', 'UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: p['AssumeRolePolicyDocument'] }),
        ...rebound(name, string(before['PermissionsBoundary']), string(p['PermissionsBoundary'])),
        ...detach(name, goneArns),
        ...take(name, goneNames),
        ...attach(name, managed(p)),
        ...put(name, inline(p)),
      ];
    }
    case 'create':
    case 'replace':
      return [
        call(
          'iam',
          'CreateRole',
          defined({
            RoleName: name,
            Path: string(p['Path']),
            AssumeRolePolicyDocument: p['AssumeRolePolicyDocument'],
            Description: string(p['Description']),
            MaxSessionDuration: number(p['MaxSessionDuration']),
            PermissionsBoundary: string(p['PermissionsBoundary']),
          }),
        ),
        ...attach(name, managed(p)),
        ...put(name, inline(p)),
      ];
    default:
      return it.action satisfies never;
  }
}

function nextRole(world: World, it: ResourceStep): Step {
  const name = it.action === 'delete' ? (it.previous?.physicalId ?? '') : physicalName(world, it, 'RoleName', 64);
  const next = roleCalls(name, it)[it.replies.length];
  if (next !== undefined) return next;
  const path = string(it.properties['Path']) ?? '/';
  const roleId = world.iam.roles.get(name)?.roleId ?? '';
  return done(name, { Arn: iamArn(world, `role${path}${name}`), RoleId: roleId });
}

const roles = (p: Properties): string[] => list(p['Roles']).map((each) => string(each) ?? '');

/** A policy of its own that is written into roles. Users and groups are outside the slice. */
function nextPolicy(world: World, it: ResourceStep): Step {
  // A replacement writes the new one; the old one goes in the cleanup, with its own roles.
  const before = it.action === 'replace' ? {} : (it.previous?.properties ?? {});
  const name = string((it.action === 'delete' ? before : it.properties)['PolicyName']) ?? '';
  const left = roles(before).filter((role) => it.action === 'delete' || !roles(it.properties).includes(role));
  const calls = [
    ...left.flatMap((role) => take(role, [name])),
    ...(it.action === 'delete'
      ? []
      : roles(it.properties).flatMap((role) => put(role, [{ name, document: it.properties['PolicyDocument'] }]))),
  ];
  return calls[it.replies.length] ?? done(physicalId(world, it));
}

const physicalId = (world: World, it: ResourceStep): string =>
  it.previous !== undefined && it.action !== 'replace' ? it.previous.physicalId : generatedName(world, it, 64);

function nextManagedPolicy(world: World, it: ResourceStep): Step {
  const before = it.previous?.properties ?? {};
  const policyArn = it.previous?.physicalId ?? '';
  if (it.action === 'delete') {
    const calls = [
      ...roles(before).flatMap((role) => detach(role, [policyArn])),
      call('iam', 'DeletePolicy', { PolicyArn: policyArn }),
    ];
    return calls[it.replies.length] ?? done(policyArn);
  }
  if (it.action === 'update') {
    const left = roles(before).filter((role) => !roles(it.properties).includes(role));
    const PolicyDocument = it.properties['PolicyDocument'];
    const calls = [
      call('iam', 'CreatePolicyVersion', { PolicyArn: policyArn, PolicyDocument, SetAsDefault: true }),
      ...left.flatMap((role) => detach(role, [policyArn])),
      ...roles(it.properties).flatMap((role) => attach(role, [policyArn])),
    ];
    return calls[it.replies.length] ?? done(policyArn, { PolicyArn: policyArn });
  }
  if (it.replies.length === 0) {
    const PolicyName = physicalName(world, it, 'ManagedPolicyName', 128);
    return call(
      'iam',
      'CreatePolicy',
      defined({ PolicyName, Path: string(it.properties['Path']), PolicyDocument: it.properties['PolicyDocument'] }),
    );
  }
  const made = String(record(output(it.replies, 0)['Policy'])['Arn']);
  return (
    roles(it.properties).flatMap((role) => attach(role, [made]))[it.replies.length - 1] ??
    done(made, { PolicyArn: made })
  );
}

export const iamTypes: readonly ResourceType[] = [
  {
    type: 'AWS::IAM::Role',
    kind: 'emulated',
    replacedBy: ['RoleName', 'Path'],
    named: 'RoleName',
    made: (world, it) => physicalName(world, it, 'RoleName', 64),
    next: nextRole,
  },
  { type: 'AWS::IAM::Policy', kind: 'emulated', replacedBy: ['PolicyName'], next: nextPolicy },
  {
    type: 'AWS::IAM::ManagedPolicy',
    kind: 'emulated',
    replacedBy: ['ManagedPolicyName', 'Path', 'Description'],
    named: 'ManagedPolicyName',
    made: (_world, it) => String(record(output(it.replies, 0)['Policy'])['Arn']),
    next: nextManagedPolicy,
  },
];
