import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  ListProvisionedConcurrencyConfigsRequest,
  PutProvisionedConcurrencyConfigRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { unreservedConcurrency } from './concurrency.ts';
import {
  existingFunction,
  functionNotFound,
  invalidParameter,
  parseFunctionName,
  policyResource,
} from './function-name.ts';
import { page } from './pages.ts';
import { requestedBy, shownAllocation } from './provisioned-concurrency.ts';
import { UNRESERVED_MINIMUM } from './setting-operations.ts';
import type { FunctionRecord, LambdaState } from './state.ts';
import { constraintViolated, required } from './validation.ts';

interface Qualified {
  readonly fn: FunctionRecord;
  readonly functionName: string;
  readonly qualifier: string;
}

function qualified(world: World, name: string | undefined, given: string | undefined): Qualified {
  const { functionName, qualifier } = parseFunctionName(name, given);
  const fn = existingFunction(world, functionName, qualifier);
  if (qualifier === undefined || !fn.targets.has(qualifier)) throw functionNotFound(world, functionName, qualifier);
  return { fn, functionName, qualifier };
}

/** Texts of refusals: LS lambda_/test_lambda_api.snapshot.json (S); that of weights: SAM#1296, terraform#24957 (C). */
export const PutProvisionedConcurrencyConfig = operation<PutProvisionedConcurrencyConfigRequest>({
  action: 'lambda:PutProvisionedConcurrencyConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input, { now }) {
    const requested = required(input.ProvisionedConcurrentExecutions, 'provisionedConcurrentExecutions');
    if (requested < 1)
      throw constraintViolated(
        String(requested),
        'provisionedConcurrentExecutions',
        'Member must have value greater than or equal to 1',
      );
    const { qualifier: asked } = parseFunctionName(input.FunctionName, input.Qualifier);
    if (asked === '$LATEST') throw unpublished();
    const { fn, functionName, qualifier } = qualified(world, input.FunctionName, input.Qualifier);
    checkQualifier(fn, qualifier);
    checkAmount(world.lambda, fn, qualifier, requested);
    const shown = shownAllocation(fn, qualifier, now);
    const output = { ...shown, RequestedProvisionedConcurrentExecutions: requested, Status: 'IN_PROGRESS' };
    return { output, effects: [{ type: 'lambda.ProvisionedConcurrencyPut', functionName, qualifier, requested }] };
  },
});

const unpublished = (): AwsError =>
  invalidParameter('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');

function checkQualifier(fn: FunctionRecord, qualifier: string): void {
  const alias = fn.aliases.get(qualifier);
  if (alias?.functionVersion === '$LATEST') throw unpublished();
  if (alias?.additional !== undefined)
    throw invalidParameter('Alias with weights can not be used with Provisioned Concurrency');
  if (alias !== undefined && fn.provisionedConfigs.has(alias.functionVersion))
    throw conflicting(
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
  const pointed = [...fn.aliases.values()].some(
    ({ name, functionVersion }) => functionVersion === qualifier && fn.provisionedConfigs.has(name),
  );
  if (pointed) throw conflicting('Version is pointed by a Provisioned Concurrency alias');
}

const conflicting = (message: string): AwsError =>
  new AwsError('ResourceConflictException', message, 409, { Type: 'User' });

function checkAmount(lambda: LambdaState, fn: FunctionRecord, qualifier: string, requested: number): void {
  const { reservedConcurrency } = fn;
  if (reservedConcurrency !== undefined) {
    if (requestedBy(fn, qualifier) + requested <= reservedConcurrency) return;
    throw invalidParameter(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  if (requested > lambda.accountConcurrency)
    throw invalidParameter(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${lambda.accountConcurrency}].`,
    );
  const before = fn.provisionedConfigs.get(qualifier)?.requested ?? 0;
  if (unreservedConcurrency(lambda) + before - requested >= UNRESERVED_MINIMUM) return;
  throw invalidParameter(
    `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_MINIMUM}].`,
  );
}

export const GetProvisionedConcurrencyConfig = operation<GetProvisionedConcurrencyConfigRequest>({
  action: 'lambda:GetProvisionedConcurrencyConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, qualifier } = qualified(world, input.FunctionName, input.Qualifier);
    if (!fn.provisionedConfigs.has(qualifier))
      throw new AwsError(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        404,
        { Type: 'User' },
      );
    return { output: shownAllocation(fn, qualifier), effects: [] };
  },
});

/** Deleting what is not there succeeds. Source: LocalStack's provider, which is written after recordings (R). */
export const DeleteProvisionedConcurrencyConfig = operation<DeleteProvisionedConcurrencyConfigRequest>({
  action: 'lambda:DeleteProvisionedConcurrencyConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, functionName, qualifier } = qualified(world, input.FunctionName, input.Qualifier);
    if (!fn.provisionedConfigs.has(qualifier)) return { output: {}, effects: [] };
    return { output: {}, effects: [{ type: 'lambda.ProvisionedConcurrencyDeleted', functionName, qualifier }] };
  },
});

export const ListProvisionedConcurrencyConfigs = operation<ListProvisionedConcurrencyConfigsRequest>({
  action: 'lambda:ListProvisionedConcurrencyConfigs',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const all = [...fn.provisionedConfigs.keys()].map((qualifier) => ({
      FunctionArn: `${fn.functionArn}:${qualifier}`,
      ...shownAllocation(fn, qualifier),
    }));
    const { items, next } = page(all, input);
    return { output: { ProvisionedConcurrencyConfigs: items, ...next }, effects: [] };
  },
});
