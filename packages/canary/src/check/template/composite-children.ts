import { childrenOf, holds, parseRule, RuleError } from '@unicorns/cloud/inspect';

type CompositeRule = ReturnType<typeof parseRule>;

/** An alarm that a composite alarm asks for its state. */
export interface Child {
  readonly name: string;
  /** In ALARM it can make the rule hold: not one that is only asked whether all is quiet, as in NOT ALARM(x). */
  readonly canHelp: boolean;
  /** In ALARM it makes the rule hold while all others are OK. */
  readonly isEnough: boolean;
}

/** The alarms that a composite alarm's rule asks; undefined for a rule that AWS would refuse. */
export function childrenInRule(text: string): readonly Child[] | undefined {
  try {
    const rule = parseRule(text);
    const helpful = new Set(asked(rule, true));
    return childrenOf(rule).map((name) => ({
      name,
      canHelp: helpful.has(name),
      isEnough: holds(rule, (other) => (other === name ? 'ALARM' : 'OK')),
    }));
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}

/** The names whose ALARM counts for the rule; for its contrary, where `isFor` is false. */
function asked(rule: CompositeRule, isFor: boolean): readonly string[] {
  switch (rule.type) {
    case 'constant':
      return [];
    case 'state':
      return (rule.state === 'ALARM') === isFor ? [rule.alarmName] : [];
    case 'atLeast':
      return ((rule.state === 'ALARM') !== rule.negated) === isFor ? rule.alarmNames : [];
    case 'not':
      return asked(rule.rule, !isFor);
    case 'and':
    case 'or':
      return rule.rules.flatMap((each) => asked(each, isFor));
    default:
      return rule satisfies never;
  }
}
