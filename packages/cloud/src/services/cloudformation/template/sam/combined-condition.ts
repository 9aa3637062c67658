import type { Value } from '../template-value.ts';

/** `Fn::Or` takes ten conditions at most. */
const MOST = 10;

/**
 * Conditions under `name` that hold when one of `conditions` does; more than ten are chained through numbered
 * ones. Source: ST:model/intrinsics.py `make_combined_condition`
 */
export function combinedCondition(conditions: readonly string[], name: string): Readonly<Record<string, Value>> {
  const out: Record<string, Value> = {};
  let rest = [...conditions];
  let numbered = Math.ceil((conditions.length - 1) / (MOST - 1)) - 1;
  while (rest.length > 1) {
    const next = numbered > 0 ? `${name}${numbered--}` : name;
    out[next] = { 'Fn::Or': rest.slice(0, MOST).map((condition) => ({ Condition: condition })) };
    rest = [...rest.slice(MOST), next];
  }
  return out;
}
