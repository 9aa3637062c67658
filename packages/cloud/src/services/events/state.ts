/** Rules with their targets. Events, and what targets were given of them, are told in the journal. */
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
  readonly roleArn?: string;
  /** By id. */
  readonly targets: ReadonlyMap<string, RuleTarget>;
}

/** As it was put. */
export type RuleTarget = Readonly<Record<string, unknown>> & {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
};

export interface EventPut {
  readonly type: 'events.EventPut';
  readonly eventId: string;
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** JSON. */
  readonly detail: string;
  /** Where the caller says so; otherwise the instant of the fact. */
  readonly time?: string;
}

/** A target was given what its rule makes of an event. */
export interface EventDelivered {
  readonly type: 'events.EventDelivered';
  readonly eventId: string;
  readonly rule: string;
  readonly targetId: string;
  readonly targetArn: string;
  readonly input: string;
}

export type EventsFact =
  | { readonly type: 'events.RulePut'; readonly rule: Rule }
  | { readonly type: 'events.RuleDeleted'; readonly bus: string; readonly name: string }
  | EventPut
  | EventDelivered;

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
    case 'events.EventDelivered':
      return;
    default:
      fact satisfies never;
  }
}
