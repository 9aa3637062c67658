import type { Value } from '../template-value.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { fromTemplate, printed, textIn, Unicode } from './python27.ts';
import type { PythonDict } from './python27.ts';

export interface DeploymentInput {
  readonly body: PythonDict;
  readonly openApiVersion: Value | undefined;
  /** The names of the functions behind the API, where the template gives them, joined. */
  readonly functionNames: string;
  /** Seconds since the epoch, with `AlwaysDeploy`: a new deployment each time. */
  readonly alwaysAt: number | undefined;
}

/**
 * SHA-1 over the API's body, its OpenApiVersion and its functions' names: a changed API is a new deployment.
 * Source: ST:model/apigateway.py `make_auto_deployable` (R)
 */
export function deploymentHash(input: DeploymentInput): string {
  if (input.body.keys().length === 0) return '';
  if (input.alwaysAt !== undefined) return logicalIdHash(String(input.alwaysAt), 40);
  const parts = [printed(input.body)];
  if (input.openApiVersion !== undefined) {
    const version = fromTemplate(input.openApiVersion);
    parts.push(version instanceof Unicode ? textIn(version) : printed(version));
  }
  if (input.functionNames !== '') parts.push(input.functionNames);
  return logicalIdHash(parts.join('||'), 40);
}
