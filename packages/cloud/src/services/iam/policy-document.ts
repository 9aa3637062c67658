/** Policy documents as IAM keeps them, checked when they come in. */
import { AwsError } from '../../aws-error.ts';

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Conditions;
}

/** Operator → key → values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type OneOrMany = string | readonly string[];

export const listOf = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Source: the texts that IAM answers with for malformed documents, as public issue threads show them (C). */
const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);

/** Reads a document given as JSON text (the API) or as an object (a template). Throws MalformedPolicyDocument. */
export function readPolicy(given: unknown, kind: 'identity' | 'trust'): PolicyDocument {
  const value = typeof given === 'string' ? parseJson(given) : given;
  if (!isObject(value)) throw malformed('Syntax errors in policy.');
  const { Version: version, Statement: statement } = value;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    throw malformed('Syntax errors in policy.');
  const statements = (Array.isArray(statement) ? statement : [statement]) as unknown[];
  return {
    ...(version !== undefined && { Version: version }),
    Statement: statements.map((each) => readStatement(each, kind)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOneOrMany = (value: unknown): value is OneOrMany =>
  typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'));

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

function readStatement(value: unknown, kind: 'identity' | 'trust'): PolicyStatement {
  if (!isObject(value)) throw malformed('Syntax errors in policy.');
  const { Effect: effect, Action: action, NotAction: notAction, Resource: resource, NotResource: notResource } = value;
  const wrong =
    Object.keys(value).some((name) => !ELEMENTS.has(name)) ||
    (effect !== 'Allow' && effect !== 'Deny') ||
    [action, notAction, resource, notResource].some((each) => each !== undefined && !isOneOrMany(each)) ||
    (value['Condition'] !== undefined && !isConditions(value['Condition']));
  if (wrong) throw malformed('Syntax errors in policy.');
  if (action === undefined && notAction === undefined) throw malformed('Policy statement must contain actions.');
  const principal = value['Principal'] ?? value['NotPrincipal'];
  if (kind === 'trust' && principal === undefined) throw malformed('Policy document should specify a principal.');
  if (kind === 'identity') {
    if (principal !== undefined) throw malformed('Policy document should not specify a principal.');
    if (resource === undefined && notResource === undefined)
      throw malformed('Policy statement must contain resources.');
    for (const each of [...listOf(resource as OneOrMany), ...listOf(notResource as OneOrMany)]) requireArn(each);
  }
  // Every element has been looked at above.
  return value as unknown as PolicyStatement;
}

function isConditions(value: unknown): value is Conditions {
  return isObject(value) && Object.values(value).every(isObject);
}

function requireArn(resource: string): void {
  if (resource !== '*' && !/^(?:\*|arn:|\$\{)/.test(resource))
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
}
