import type { World } from '../../world-state.ts';
import { functionNotFound, invalidParameter } from './function-name.ts';
import type { AdditionalVersion, FunctionRecord, Route, Target } from './state.ts';
import { revisionOf } from './targets.ts';
import { constraintViolated } from './validation.ts';

/**
 * The version that runs a request through an alias: drawn for each request by itself, without
 * stickiness. `key` names the request in the `routing` substream. Source: L-ALIAS (D), reference 4.2.6.
 */
export function chooseRoute(world: World, { primary, additional }: Target, key: string | number): Route {
  if (additional === undefined) return primary;
  return world.random.uniform('routing', key) < additional.weight ? additional.route : primary;
}

/** RoutingConfig.AdditionalVersionWeights as AWS takes it. */
export type Weights = Readonly<Record<string, number>>;

/**
 * Checks what an alias shall point to and says its additional version, if it has one. An empty map has none.
 * Source of rules and texts: reference 4.2 (LS lambda_/test_lambda_api.snapshot.json (S), L-ALIAS (D)).
 */
export function checkRouting(
  world: World,
  fn: FunctionRecord,
  functionVersion: string,
  weights: Weights = {},
): AdditionalVersion | undefined {
  const entries = Object.entries(weights);
  checkWeights(entries);
  if (entries.length > 1)
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  const [entry] = entries;
  if (entry === undefined) {
    checkVersionExists(world, fn, functionVersion);
    return undefined;
  }
  const [version, weight] = entry;
  if (version === functionVersion)
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  if (functionVersion === '$LATEST' || version === '$LATEST')
    throw invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
  checkVersionExists(world, fn, functionVersion);
  checkVersionExists(world, fn, version);
  checkVersionsAgree(fn, functionVersion, version);
  return { version, weight };
}

function checkWeights(entries: readonly (readonly [string, number])[]): void {
  if (entries.every(([, weight]) => weight >= 0 && weight <= 1)) return;
  const shown = entries.map(
    ([version, weight]) => `${version}=${Number.isInteger(weight) ? weight.toFixed(1) : weight}`,
  );
  throw constraintViolated(
    `{${shown.join(', ')}}`,
    'routingConfig.additionalVersionWeights',
    'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, ' +
      'Member must have value greater than or equal to 0.0, Member must not be null]',
  );
}

function checkVersionExists(world: World, fn: FunctionRecord, version: string): void {
  if (revisionOf(fn, version) === undefined) throw functionNotFound(world, fn.functionName, version);
}

/**
 * Both versions must have the same execution role and the same dead-letter target, or none. The first text
 * is AWS's (serverless-aws-alias #64 (C)); the second is assumption `alias-mismatch-text`.
 */
function checkVersionsAgree(fn: FunctionRecord, first: string, second: string): void {
  const a = revisionOf(fn, first)?.configuration;
  const b = revisionOf(fn, second)?.configuration;
  if (a?.roleArn !== b?.roleArn)
    throw invalidParameter('Specified versions must be associated with the same execution role');
  if (a?.deadLetterTargetArn !== b?.deadLetterTargetArn)
    throw invalidParameter('Specified versions must be associated with the same dead letter configuration');
}
