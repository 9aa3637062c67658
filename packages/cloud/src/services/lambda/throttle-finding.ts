import type { World } from '../../world-state.ts';
import { poolOf, UNRESERVED } from './concurrency.ts';
import type { FindingNoticed, InvocationThrottled } from './state.ts';

/** What a reader should know of a function that was throttled, told once: no version and no alarm on errors sees it. */
export function tellThrottled(
  { lambda }: World,
  { functionName, reason }: InvocationThrottled,
): readonly FindingNoticed[] {
  const isRate = reason.endsWith('RateLimitExceeded');
  const rule = isRate ? 'invocation-rate' : 'function-throttled';
  if (lambda.findings.has(`${rule} ${functionName}`)) return [];
  const { name, limit } = poolOf(lambda, functionName);
  const whose =
    name === UNRESERVED
      ? `that the account leaves to functions without reserved concurrency`
      : `that it has reserved for all its versions (ReservedConcurrentExecutions)`;
  const most = isRate
    ? `more requests in a second than ten times the ${limit} invocations at a time ${whose}`
    : `more invocations at a time than the ${limit} ${whose}`;
  const text =
    `The function "${functionName}" was throttled: ${most}. Callers get 429, through API Gateway 500; such requests hit no ` +
    'version, and of the metrics of the function Throttles alone counts them.';
  return [{ type: 'lambda.FindingNoticed', rule, functionName, text }];
}
