/** What a role of the template may do, as far as its policies can be read. */
import { awsManagedPolicy, AwsError, mayAllow, type PolicyDocument, readPolicy } from '@unicorns/cloud/inspect';
import type { Branch, JudgedResource } from './read-branch.ts';
import { list, many, type Properties, record, text } from './values.ts';

/**
 * May the role do this? Undefined where it is not in the template, or holds a policy that is not. Regions, accounts
 * and partitions of ARNs do not count, nor do parts that are not known: only what can never be allowed is "no".
 */
export function mayDo(
  roleArn: string | undefined,
  action: string,
  resourceArn: string,
  branch: Branch,
): boolean | undefined {
  const role = branch.ofType('AWS::IAM::Role').find(({ id }) => branch.names.attribute(id, 'Arn') === roleArn);
  if (role === undefined) return undefined;
  const policies = policiesOf(role, branch);
  if (mayAllow(policies.known, action, resourceArn)) return true;
  return policies.areAll ? false : undefined;
}

/** Does a policy that can be read allow the action on anything at all? */
export function mayDoSomewhere(roleArn: string | undefined, action: string, branch: Branch): boolean {
  const role = branch.ofType('AWS::IAM::Role').find(({ id }) => branch.names.attribute(id, 'Arn') === roleArn);
  if (role === undefined) return false;
  const statements = policiesOf(role, branch).known.flatMap(({ Statement }) => Statement);
  const Statement = statements.map((it) => ({ Effect: it.Effect, Action: it.Action ?? '*', Resource: '*' }));
  return mayAllow([{ Version: '2012-10-17', Statement }], action, 'arn:aws:any:eu-west-1:123456789012:any');
}

interface Policies {
  readonly known: readonly PolicyDocument[];
  /** No policy was left out because it cannot be read. */
  readonly areAll: boolean;
}

function policiesOf(role: JudgedResource, branch: Branch): Policies {
  const name = branch.names.nameOf(role.id);
  const inline = list(role.properties['Policies']).map((each) => record(each)['PolicyDocument']);
  const attached = [...branch.ofType('AWS::IAM::Policy'), ...branch.ofType('AWS::IAM::RolePolicy')]
    .filter(({ properties: p }) => list(p['Roles']).includes(name) || p['RoleName'] === name)
    .map(({ properties }) => properties['PolicyDocument']);
  const own = branch.ofType('AWS::IAM::ManagedPolicy');
  const listed = list(role.properties['ManagedPolicyArns']).map((arn) => text(arn) ?? '');
  const managed = own.filter(
    ({ id, properties }) => listed.includes(branch.names.ref(id)) || list(properties['Roles']).includes(name),
  );
  const aws = listed.filter((arn) => !own.some(({ id }) => branch.names.ref(id) === arn)).map(awsManagedPolicy);
  const documents = [...inline, ...attached, ...managed.map(({ properties }) => properties['PolicyDocument'])].map(
    (it) => read(it, branch),
  );
  const all = [...documents, ...aws];
  return { known: all.filter((it) => it !== undefined), areAll: !all.includes(undefined) };
}

function read(document: unknown, branch: Branch): PolicyDocument | undefined {
  const widened = {
    ...record(document),
    Statement: many(record(document)['Statement']).map((it) => widen(record(it), branch)),
  };
  try {
    return readPolicy(widened, 'identity');
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function widen(statement: Properties, { names }: Branch): Properties {
  const wide = (value: unknown): unknown => {
    if (typeof value !== 'string') return '*';
    if (!names.isKnown(value)) return '*';
    return value.replace(/^arn:[^:]+:([^:]+):[^:]*:[^:]*:/, 'arn:*:$1:*:*:');
  };
  const { Resource: resource } = statement;
  if (resource === undefined) return statement;
  return { ...statement, Resource: Array.isArray(resource) ? resource.map(wide) : wide(resource) };
}
