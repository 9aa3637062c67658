import type { Value, ValueMap } from '../template-value.ts';
import { isMap, textOf } from '../template-value.ts';
import { logicalIdHash, pythonJson } from './logical-id-hash.ts';

export interface DeploymentInput {
  readonly body: ValueMap;
  readonly isManaged: boolean;
  readonly openApiVersion: Value | undefined;
  /** The names of the functions behind the API, where the template gives them, joined. */
  readonly functionNames: string;
  /** Seconds since the epoch, with `AlwaysDeploy`: a new deployment each time. */
  readonly alwaysAt: number | undefined;
}

/**
 * SHA-1 over the API's body, its OpenApiVersion and its functions' names: a changed API is a new deployment.
 * Source: ST:model/apigateway.py `make_auto_deployable`
 */
export function deploymentHash(input: DeploymentInput): string {
  if (Object.keys(input.body).length === 0) return '';
  if (input.alwaysAt !== undefined) return logicalIdHash(String(input.alwaysAt), 40);
  const { openApiVersion: version } = input;
  const parts = [pythonJson(input.body)];
  if (version !== undefined) parts.push(isMap(version) ? pythonJson(version) : textOf(version));
  if (input.functionNames !== '') parts.push(input.functionNames);
  return logicalIdHash(parts.join('||'), 40);
}
