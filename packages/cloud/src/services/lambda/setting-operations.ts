import type {
  DeleteFunctionConcurrencyRequest,
  DeleteFunctionEventInvokeConfigRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionEventInvokeConfigRequest,
  PutFunctionConcurrencyRequest,
  PutFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { claimedBy, unreservedConcurrency } from './concurrency.ts';
import { eventInvokeConfigPut, shownEventInvokeConfig } from './event-invoke-config.ts';
import {
  existingFunction,
  functionArn,
  functionNotFound,
  invalidParameter,
  notFound,
  parseFunctionName,
  policyResource,
} from './function-name.ts';
import { requestedBy } from './provisioned-concurrency.ts';
import type { EventInvokeConfig, FunctionRecord } from './state.ts';
import { checkRange, required } from './validation.ts';

export const PutFunctionEventInvokeConfig = operation<PutFunctionEventInvokeConfigRequest>({
  action: 'lambda:PutFunctionEventInvokeConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input, { now }) {
    const { functionName, qualifier } = qualified(world, input.FunctionName, input.Qualifier);
    const put = eventInvokeConfigPut(functionName, qualifier, input);
    const output = shownEventInvokeConfig(world, functionName, qualifier, { ...put, lastModifiedAt: now });
    return { output, effects: [put] };
  },
});

export const GetFunctionEventInvokeConfig = operation<GetFunctionEventInvokeConfigRequest>({
  action: 'lambda:GetFunctionEventInvokeConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { functionName, qualifier, config } = existingConfig(world, input.FunctionName, input.Qualifier);
    return { output: shownEventInvokeConfig(world, functionName, qualifier, config), effects: [] };
  },
});

export const DeleteFunctionEventInvokeConfig = operation<DeleteFunctionEventInvokeConfigRequest>({
  action: 'lambda:DeleteFunctionEventInvokeConfig',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { functionName, qualifier } = existingConfig(world, input.FunctionName, input.Qualifier);
    return { output: {}, effects: [{ type: 'lambda.EventInvokeConfigDeleted', functionName, qualifier }] };
  },
});

interface Qualified {
  readonly fn: FunctionRecord;
  readonly functionName: string;
  readonly qualifier: string;
}

function qualified(world: World, name: string | undefined, given: string | undefined): Qualified {
  const { functionName, qualifier = '$LATEST' } = parseFunctionName(name, given);
  const fn = existingFunction(world, functionName, given);
  if (!fn.targets.has(qualifier)) throw functionNotFound(world, functionName, qualifier);
  return { fn, functionName, qualifier };
}

/** Source of the text: LS lambda_/test_lambda_api.snapshot.json (S). */
function existingConfig(
  world: World,
  name: string | undefined,
  given: string | undefined,
): Qualified & { readonly config: EventInvokeConfig } {
  const it = qualified(world, name, given);
  const config = it.fn.eventInvokeConfigs.get(it.qualifier);
  if (config === undefined)
    throw notFound(
      `The function ${functionArn(world, it.functionName, it.qualifier)} doesn't have an EventInvokeConfig`,
    );
  return { ...it, config };
}

/** L-LIM (D): this much of the account's concurrency cannot be reserved. */
export const UNRESERVED_MINIMUM = 100;

export const PutFunctionConcurrency = operation<PutFunctionConcurrencyRequest>({
  action: 'lambda:PutFunctionConcurrency',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const { functionName } = fn;
    const reserved = required(input.ReservedConcurrentExecutions, 'reservedConcurrentExecutions');
    checkRange(reserved, 'reservedConcurrentExecutions', 0, Number.MAX_SAFE_INTEGER);
    checkProvisioned(fn, reserved);
    checkUnreserved(world, fn, reserved);
    return {
      output: { ReservedConcurrentExecutions: reserved },
      effects: [{ type: 'lambda.ConcurrencyPut', functionName, reserved }],
    };
  },
});

/** That it is refused follows from what PutProvisionedConcurrencyConfig refuses; the words are not confirmed (I). */
function checkProvisioned(fn: FunctionRecord, reserved: number): void {
  const provisioned = requestedBy(fn);
  if (reserved >= provisioned) return;
  throw invalidParameter(
    ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
  );
}

function checkUnreserved({ lambda }: World, fn: FunctionRecord, reserved: number): void {
  if (reserved === 0 || unreservedConcurrency(lambda) + claimedBy(fn) - reserved >= UNRESERVED_MINIMUM) return;
  throw invalidParameter(
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_MINIMUM}].`,
  );
}

export const GetFunctionConcurrency = operation<GetFunctionConcurrencyRequest>({
  action: 'lambda:GetFunctionConcurrency',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const { reservedConcurrency } = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const output = reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    return { output, effects: [] };
  },
});

export const DeleteFunctionConcurrency = operation<DeleteFunctionConcurrencyRequest>({
  action: 'lambda:DeleteFunctionConcurrency',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const { functionName } = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    return { output: {}, effects: [{ type: 'lambda.ConcurrencyPut', functionName }] };
  },
});
