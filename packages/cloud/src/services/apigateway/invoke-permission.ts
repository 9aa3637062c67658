/**
 * May API Gateway invoke the function? By the role of the integration's credentials, else by the function's
 * resource policy: a statement for apigateway.amazonaws.com on this very function or alias, whose source ARN
 * covers `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`.
 * Source: AG-permissions, control access to invoke an API's function (D); what a refusal becomes: section 5.5.
 */
import { arn, type World } from '../../world-state.ts';
import { authorize } from '../iam/index.ts';
import type { PolicyStatement } from '../lambda/state.ts';
import type { Integration } from './read-definition.ts';

export interface Invoker {
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  /** The route's path template. */
  readonly resource: string;
}

/** An integration's call of its function: the same for all requests of a route and a stage. */
export interface Calling {
  readonly invoker: Invoker;
  readonly functionArn: string;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  /** Where the call comes from, as resource policies name it. */
  readonly sourceArn: string;
}

type ToLambda = Integration & { type: 'lambda' };

const callings = new WeakMap<ToLambda, Calling>();

export function callingOf(world: World, invoker: Invoker, integration: ToLambda, functionArn: string): Calling {
  const known = callings.get(integration);
  if (known !== undefined && known.functionArn === functionArn && isSame(known.invoker, invoker)) return known;
  const [functionName = '', qualifier] = functionArn.split(':').slice(6);
  const calling = { invoker, functionArn, functionName, qualifier, sourceArn: sourceArnOf(world, invoker) };
  callings.set(integration, calling);
  return calling;
}

const isSame = (a: Invoker, b: Invoker): boolean =>
  a.apiId === b.apiId && a.stage === b.stage && a.method === b.method && a.resource === b.resource;

export function mayInvoke(world: World, { credentials }: ToLambda, calling: Calling): boolean {
  const { functionArn, functionName, qualifier = '', sourceArn } = calling;
  if (credentials !== undefined) {
    const principal = { type: 'role', roleArn: credentials, sessionName: 'BackplaneAssumeRoleSession' } as const;
    return authorize(world, principal, 'lambda:InvokeFunction', functionArn).allowed;
  }
  const statements = world.lambda.functions.get(functionName)?.permissions.get(qualifier);
  if (statements === undefined) return false;
  for (const statement of statements.values()) if (compile(statement)(sourceArn, world.accountId)) return true;
  return false;
}

/** A path parameter stands as it is written in the template; a policy has `*` in its place. */
const sourceArnOf = (world: World, { apiId, stage, method, resource }: Invoker): string =>
  arn(world, 'execute-api', `${apiId}/${stage}/${method}${resource.startsWith('/') ? resource : `/${resource}`}`);

type StatementTest = (sourceArn: string, accountId: string) => boolean;

const compiled = new WeakMap<PolicyStatement, StatementTest>();

function compile(statement: PolicyStatement): StatementTest {
  const known = compiled.get(statement);
  if (known !== undefined) return known;
  const test = compileStatement(statement);
  compiled.set(statement, test);
  return test;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

function compileStatement(statement: PolicyStatement): StatementTest {
  const principal = statement['Principal'];
  const isOurs = principal === '*' || (isMap(principal) && principal['Service'] === 'apigateway.amazonaws.com');
  const allowsInvoke = /^(?:\*|lambda:\*|lambda:InvokeFunction)$/i.test(String(statement['Action']));
  if (!isOurs || !allowsInvoke) return () => false;
  const { ArnLike: arnLike, StringEquals: stringEquals } = (statement['Condition'] ?? {}) as Condition;
  const pattern = arnLike?.['AWS:SourceArn'];
  const source = pattern === undefined ? undefined : new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`);
  const account = stringEquals?.['AWS:SourceAccount'];
  return (sourceArn, accountId) =>
    (source?.test(sourceArn) ?? true) && (account === undefined || account === accountId);
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const escape = (text: string): string => text.replaceAll(/[.+^$()[\]{}|\\?]/g, String.raw`\$&`);
