import type { DeleteFunctionRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import { conflict, existingFunction, invalidParameter, parseFunctionName, policyResource } from './function-name.ts';
import type { FunctionRecord } from './state.ts';

/** Deletes the function with all it has; with a version as qualifier, that version only. */
export const DeleteFunction = operation<DeleteFunctionRequest>({
  action: 'lambda:DeleteFunction',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input) {
    const { functionName, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
    const fn = existingFunction(world, functionName, qualifier);
    if (qualifier === undefined)
      return { output: { StatusCode: 204 }, effects: [{ type: 'lambda.FunctionDeleted', functionName }] };
    checkVersionCanGo(fn, qualifier);
    const gone = fn.versions.has(qualifier)
      ? ([{ type: 'lambda.VersionDeleted', functionName, version: qualifier }] as const)
      : [];
    return { output: { StatusCode: 204 }, effects: gone };
  },
});

/** The texts are AWS's as tools quote them (C). */
function checkVersionCanGo(fn: FunctionRecord, version: string): void {
  if (version === '$LATEST') throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  if (!/^\d+$/.test(version)) throw invalidParameter('Deletion of aliases is not currently supported.');
  const users = [...fn.aliases.values()].filter(
    ({ functionVersion, additional }) => functionVersion === version || additional?.version === version,
  );
  if (users.length === 0) return;
  const names = users.map(({ name }) => name).join(', ');
  throw conflict(`Unable to delete version because the following aliases reference it: [${names}]`);
}
