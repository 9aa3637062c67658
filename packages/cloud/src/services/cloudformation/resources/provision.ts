/**
 * The provisioned concurrency of an alias or a version: put when it has changed, and waited for. A resource with it is
 * complete when its environments are there. Source: SAM#1908 (C).
 */
import { number, record } from './coerce.ts';
import { call, type ResourceStep, type Step } from './resource-type.ts';

/** From one look at the allocation to the next. */
const POLL_MS = 10_000;

interface Target {
  readonly FunctionName: string;
  readonly Qualifier: string;
}

const amountOf = (properties: Readonly<Record<string, unknown>> | undefined): number | undefined =>
  number(record(properties?.['ProvisionedConcurrencyConfig'])['ProvisionedConcurrentExecutions']);

/**
 * What comes next once the alias or the version itself is as it should be; undefined: nothing. `made`: calls that made
 * it; `hasMoved`: an alias, whose environments have to be there for another version.
 */
export function provision(
  it: ResourceStep,
  target: Target,
  { made, hasMoved }: { readonly made: number; readonly hasMoved: boolean },
): Step | undefined {
  const wanted = amountOf(it.properties);
  const before = it.action === 'update' ? amountOf(it.previous?.properties) : undefined;
  const replies = it.replies.slice(made).map((reply) => (reply.ok ? reply.output : {}));
  if (wanted === undefined)
    return before === undefined || replies.length > 0
      ? undefined
      : call('lambda', 'DeleteProvisionedConcurrencyConfig', target);
  // Weights that an alias has while it waits do not let its provisioned concurrency be changed.
  let waits = hasMoved && before !== undefined;
  let isPut = wanted === before;
  for (const { Status, StatusReason } of replies) {
    if (Status === 'FAILED' && waits)
      return {
        type: 'failed',
        reason: `Provisioned Concurrency configuration failed to be applied. Reason: ${String(StatusReason)}`,
      };
    if (waits) waits = Status !== 'READY';
    else {
      isPut = true;
      waits = true;
    }
  }
  if (waits) return { ...call('lambda', 'GetProvisionedConcurrencyConfig', target), afterMs: POLL_MS } as Step;
  if (isPut) return undefined;
  return call('lambda', 'PutProvisionedConcurrencyConfig', { ...target, ProvisionedConcurrentExecutions: wanted });
}
