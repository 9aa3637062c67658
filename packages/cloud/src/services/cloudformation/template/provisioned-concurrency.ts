import type { CompiledResource } from './compiled-template.ts';
import type { Problems } from './problems.ts';
import { isMap } from './template-value.ts';

const TYPES = new Set(['AWS::Lambda::Alias', 'AWS::Lambda::Version']);

/**
 * Lambda keeps environments of such a version initialised ahead, and an alias moves when they are there. Here it is kept
 * without effect, which a reader of latencies has to know. Source: L-provisioned-concurrency (D).
 */
export function warnOfProvisionedConcurrency({ type, properties, path }: CompiledResource, warnings: Problems): void {
  const { ProvisionedConcurrencyConfig: config } = properties;
  if (!TYPES.has(type) || !isMap(config)) return;
  warnings.add(
    [...path, 'Properties', 'ProvisionedConcurrencyConfig'],
    `ProvisionedConcurrencyConfig is kept without effect: on AWS ${describe(config['ProvisionedConcurrentExecutions'])} are initialised ` +
      'before a version gets traffic; here its first requests meet cold starts, for which their callers wait. Duration and the alarms on it leave those out.',
  );
}

const describe = (count: unknown): string =>
  typeof count === 'number' || typeof count === 'string' ? `${count} environments` : 'environments';
