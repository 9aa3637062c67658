import { childrenOf, parseRule, RuleError } from '@unicorns/cloud/inspect';

/** The alarms that a composite alarm's rule asks, by name; undefined for a rule that AWS would refuse. */
export function childrenInRule(rule: string): readonly string[] | undefined {
  try {
    return childrenOf(parseRule(rule)).map(
      (name) => /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(name)?.[1] ?? name,
    );
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}
