/** Rules with their targets, kept as they were put. Events are told in the journal; no rule is matched, no target called. */
import type { World } from '../../world-state.ts';

export interface EventsState {
  /** By `bus/name`. */
  readonly rules: Map<string, Rule>;
}

export interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: string;
  readonly description?: string;
  /** By id. */
  readonly targets: ReadonlyMap<string, RuleTarget>;
}

export type RuleTarget = Readonly<Record<string, unknown>> & { readonly Id: string; readonly Arn: string };

export interface EventPut {
  readonly type: 'events.EventPut';
  readonly eventId: string;
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: string;
}

export type EventsFact =
  | { readonly type: 'events.RulePut'; readonly rule: Rule }
  | { readonly type: 'events.RuleDeleted'; readonly bus: string; readonly name: string }
  | EventPut;

export const initialEvents = (): EventsState => ({ rules: new Map() });

export const ruleKey = (bus: string, name: string): string => `${bus}/${name}`;

export function apply({ events: { rules } }: World, fact: EventsFact): void {
  switch (fact.type) {
    case 'events.RulePut':
      rules.set(ruleKey(fact.rule.bus, fact.rule.name), fact.rule);
      return;
    case 'events.RuleDeleted':
      rules.delete(ruleKey(fact.bus, fact.name));
      return;
    case 'events.EventPut':
      return;
    default:
      fact satisfies never;
  }
}
