import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { checkRouting } from './alias-routing.ts';
import { checkRevisionId } from './function-operations.ts';
import {
  conflict,
  existingFunction,
  functionArn,
  notFound,
  parseFunctionName,
  policyResource,
} from './function-name.ts';
import { shownAlias } from './shown-function.ts';
import type { AliasCreated, AliasRecord, AliasUpdated, FunctionRecord } from './state.ts';
import { checkPattern, required } from './validation.ts';
import { page } from './pages.ts';

const ALIAS_NAME = '(?!^[0-9]+$)([a-zA-Z0-9-_]+)';

export const CreateAlias = operation<CreateAliasRequest>({
  action: 'lambda:CreateAlias',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    checkPattern(required(input.Name, 'name'), 'name', ALIAS_NAME, 128);
    const { functionName } = parseFunctionName(input.FunctionName);
    const fn = existingFunction(world, functionName);
    const aliasName = required(input.Name, 'name');
    if (fn.aliases.has(aliasName))
      throw conflict(`Alias already exists: ${functionArn(world, functionName, aliasName)}`);
    const functionVersion = required(input.FunctionVersion, 'functionVersion');
    const additional = checkRouting(world, fn, functionVersion, input.RoutingConfig?.AdditionalVersionWeights);
    const created: AliasCreated = {
      type: 'lambda.AliasCreated',
      functionName,
      aliasName,
      functionVersion,
      ...(additional === undefined ? {} : { additional }),
      description: input.Description ?? '',
      revisionId: world.random.uuid('ids', `${world.applied}:${functionName}:${aliasName}`),
    };
    return { output: shownAlias(fn, aliasOf(created)), effects: [created] };
  },
});

/** RoutingConfig replaces the weights when given, an empty map clears them. Source: reference 4.2.8. */
export const UpdateAlias = operation<UpdateAliasRequest>({
  action: 'lambda:UpdateAlias',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const { fn, alias } = existingAlias(world, input);
    checkRevisionId(input.RevisionId, alias.revisionId);
    const functionVersion = input.FunctionVersion ?? alias.functionVersion;
    const kept = alias.additional && { [alias.additional.version]: alias.additional.weight };
    const weights = input.RoutingConfig === undefined ? kept : input.RoutingConfig.AdditionalVersionWeights;
    const additional = checkRouting(world, fn, functionVersion, weights);
    const { functionName } = fn;
    const updated: AliasUpdated = {
      type: 'lambda.AliasUpdated',
      functionName,
      aliasName: alias.name,
      functionVersion,
      ...(additional === undefined ? waitingFor(fn, alias, functionVersion) : { additional }),
      description: input.Description ?? alias.description,
      revisionId: world.random.uuid('ids', `${world.applied}:${functionName}:${alias.name}`),
    };
    return { output: shownAlias(fn, aliasOf(updated)), effects: [updated] };
  },
});

/**
 * The traffic of an alias with provisioned concurrency stays with its version, by a weight of 1, until that of the new one
 * is there (C: SAM#1296 and later reports; that routing may be added at all, LDG:provisioned-concurrency (D)).
 */
function waitingFor(fn: FunctionRecord, alias: AliasRecord, functionVersion: string): Partial<AliasUpdated> {
  const stays = alias.functionVersion === functionVersion || alias.additional !== undefined;
  if (stays || !fn.provisionedConfigs.has(alias.name)) return {};
  return { additional: { version: alias.functionVersion, weight: 1 }, awaitsProvisioned: true };
}

const aliasOf = (fact: AliasCreated | AliasUpdated): AliasRecord => {
  const { aliasName: name, functionVersion, description, revisionId, additional } = fact;
  return { name, functionVersion, description, revisionId, ...(additional === undefined ? {} : { additional }) };
};

export const GetAlias = operation<GetAliasRequest>({
  action: 'lambda:GetAlias',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const { fn, alias } = existingAlias(world, input);
    return { output: shownAlias(fn, alias), effects: [] };
  },
});

export const ListAliases = operation<ListAliasesRequest>({
  action: 'lambda:ListAliases',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const version = input.FunctionVersion;
    const shown = [...fn.aliases.values()].filter(
      ({ functionVersion, additional }) =>
        version === undefined || functionVersion === version || additional?.version === version,
    );
    const { items, next } = page(shown, input);
    return { output: { Aliases: items.map((alias) => shownAlias(fn, alias)), ...next }, effects: [] };
  },
});

/** Deleting an alias that does not exist succeeds, as on AWS. */
export const DeleteAlias = operation<DeleteAliasRequest>({
  action: 'lambda:DeleteAlias',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const aliasName = required(input.Name, 'name');
    const effects = fn.aliases.has(aliasName)
      ? ([{ type: 'lambda.AliasDeleted', functionName: fn.functionName, aliasName }] as const)
      : [];
    return { output: {}, effects };
  },
});

interface FoundAlias {
  readonly fn: FunctionRecord;
  readonly alias: AliasRecord;
}

/** Source of the text: LS lambda_/test_lambda_api.snapshot.json (S). */
function existingAlias(world: World, input: Pick<GetAliasRequest, 'FunctionName' | 'Name'>): FoundAlias {
  const { functionName } = parseFunctionName(input.FunctionName);
  const fn = existingFunction(world, functionName);
  const name = required(input.Name, 'name');
  const alias = fn.aliases.get(name);
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${functionArn(world, functionName, name)}`);
  return { fn, alias };
}
