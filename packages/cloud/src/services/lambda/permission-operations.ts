import type { AddPermissionRequest, GetPolicyRequest, RemovePermissionRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import {
  conflict,
  existingFunction,
  functionArn,
  functionNotFound,
  notFound,
  parseFunctionName,
  policyResource,
} from './function-name.ts';
import type { FunctionRecord, PolicyStatement } from './state.ts';
import { checkPattern, required } from './validation.ts';

/** Resource policies are kept and shown; who may call a function is decided by identity policies alone. */
export const AddPermission = operation<AddPermissionRequest>({
  action: 'lambda:AddPermission',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, qualifier } = found(world, input.FunctionName, input.Qualifier);
    checkPattern(required(input.Action, 'action'), 'action', '(lambda:[*]|lambda:[a-zA-Z]+|[*])', 10_000);
    checkPattern(required(input.StatementId, 'statementId'), 'statementId', '([a-zA-Z0-9-_]+)', 100);
    required(input.Principal, 'principal');
    if (fn.permissions.get(qualifier)?.has(input.StatementId ?? '') === true)
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const statement = statementOf(world, fn, qualifier, input);
    return {
      output: { Statement: JSON.stringify(statement) },
      effects: [{ type: 'lambda.PermissionAdded', functionName: fn.functionName, qualifier, statement }],
    };
  },
});

export const RemovePermission = operation<RemovePermissionRequest>({
  action: 'lambda:RemovePermission',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, qualifier } = found(world, input.FunctionName, input.Qualifier);
    const statementId = required(input.StatementId, 'statementId');
    if (fn.permissions.get(qualifier)?.has(statementId) !== true)
      throw notFound(`Statement ${statementId} is not found in resource policy.`);
    return {
      output: {},
      effects: [{ type: 'lambda.PermissionRemoved', functionName: fn.functionName, qualifier, statementId }],
    };
  },
});

export const GetPolicy = operation<GetPolicyRequest>({
  action: 'lambda:GetPolicy',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, qualifier } = found(world, input.FunctionName, input.Qualifier);
    const statements = [...(fn.permissions.get(qualifier)?.values() ?? [])];
    if (statements.length === 0) throw notFound('The resource you requested does not exist.');
    const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
    return { output: { Policy, RevisionId: fn.latest.revisionId }, effects: [] };
  },
});

function statementOf(
  world: World,
  fn: FunctionRecord,
  qualifier: string,
  input: AddPermissionRequest,
): PolicyStatement {
  const conditions = {
    ...(input.SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: required(input.StatementId, 'statementId'),
    Effect: 'Allow',
    Principal: principalOf(required(input.Principal, 'principal')),
    Action: input.Action,
    Resource: functionArn(world, fn.functionName, qualifier === '' ? undefined : qualifier),
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  };
}

const principalOf = (principal: string): unknown => {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
};

function found(
  world: World,
  name: string | undefined,
  given: string | undefined,
): { fn: FunctionRecord; qualifier: string } {
  const { functionName, qualifier } = parseFunctionName(name, given);
  const fn = existingFunction(world, functionName, qualifier);
  if (qualifier !== undefined && !fn.targets.has(qualifier)) throw functionNotFound(world, functionName, qualifier);
  return { fn, qualifier: qualifier ?? '' };
}
