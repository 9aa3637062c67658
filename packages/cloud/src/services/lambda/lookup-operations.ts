import type { GetFunctionConfigurationRequest, GetFunctionRequest, ListFunctionsRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { existingFunction, functionNotFound, parseFunctionName, policyResource } from './function-name.ts';
import { shownCode, shownFunction } from './shown-function.ts';
import type { FunctionRecord, FunctionRevision } from './state.ts';
import { revisionOf } from './targets.ts';
import { page } from './pages.ts';

export const GetFunction = operation<GetFunctionRequest>({
  action: 'lambda:GetFunction',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, revision, qualifier } = findRevision(world, input.FunctionName, input.Qualifier);
    const reserved = fn.reservedConcurrency;
    const output = {
      Configuration: shownFunction(fn, revision, qualifier),
      Code: shownCode(revision.code),
      ...(fn.tags.size === 0 ? {} : { Tags: Object.fromEntries(fn.tags) }),
      ...(reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: reserved } }),
    };
    return { output, effects: [] };
  },
});

export const GetFunctionConfiguration = operation<GetFunctionConfigurationRequest>({
  action: 'lambda:GetFunctionConfiguration',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { fn, revision, qualifier } = findRevision(world, input.FunctionName, input.Qualifier);
    return { output: shownFunction(fn, revision, qualifier), effects: [] };
  },
});

export const ListFunctions = operation<ListFunctionsRequest>({
  action: 'lambda:ListFunctions',
  resource: () => '*',
  run(world, input) {
    const all = input.FunctionVersion === 'ALL';
    const Functions = [...world.lambda.functions.values()].flatMap((fn) => [
      shownFunction(fn, fn.latest, all ? '$LATEST' : undefined),
      ...(all ? [...fn.versions.values()].map((it) => shownFunction(fn, it, it.version)) : []),
    ]);
    const { items, next } = page(Functions, input);
    return { output: { Functions: items, ...next }, effects: [] };
  },
});

interface FoundRevision {
  readonly fn: FunctionRecord;
  readonly revision: FunctionRevision;
  readonly qualifier: string | undefined;
}

/** The revision that a name and a qualifier (version or alias) stand for. */
function findRevision(world: World, name: string | undefined, given: string | undefined): FoundRevision {
  const { functionName, qualifier } = parseFunctionName(name, given);
  const fn = existingFunction(world, functionName, qualifier);
  const version = fn.aliases.get(qualifier ?? '')?.functionVersion ?? qualifier ?? '$LATEST';
  const revision = revisionOf(fn, version);
  if (revision === undefined) throw functionNotFound(world, functionName, qualifier);
  return { fn, revision, qualifier };
}
