/** Topics and their subscriptions. What is published, and who gets it, is told in the journal. */
import type { World } from '../../world-state.ts';

export interface SnsState {
  /** By ARN. */
  readonly topics: Map<string, Topic>;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
}

export interface Topic {
  readonly topicArn: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly subscriptionArn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** Mail and web addresses have to say yes, with this token, before anything is delivered to them. */
  readonly confirmation: { readonly type: 'confirmed' } | { readonly type: 'pending'; readonly token: string };
  /** `FilterPolicy`, `RawMessageDelivery` … */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Source: who said it, the API's caller or a service of the cloud. */
export interface MessagePublished {
  readonly type: 'sns.MessagePublished';
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
  readonly subject?: string;
  /** For filter policies: the text of each, or the texts of a `String.Array`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly source: 'api' | 'cloudwatch' | 'codedeploy' | 'events';
}

/** A confirmed subscription whose filter takes the message gets it. Where it goes from there is not followed. */
export interface MessageDelivered {
  readonly type: 'sns.MessageDelivered';
  readonly messageId: string;
  readonly subscriptionArn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export type SnsFact =
  | { readonly type: 'sns.TopicPut'; readonly topic: Topic }
  | { readonly type: 'sns.TopicDeleted'; readonly topicArn: string }
  | { readonly type: 'sns.Subscribed'; readonly subscription: Subscription }
  | { readonly type: 'sns.Unsubscribed'; readonly subscriptionArn: string }
  | MessagePublished
  | MessageDelivered;

export const initialSns = (): SnsState => ({ topics: new Map(), subscriptions: new Map() });

export function apply({ sns: { topics, subscriptions } }: World, fact: SnsFact): void {
  switch (fact.type) {
    case 'sns.TopicPut':
      topics.set(fact.topic.topicArn, fact.topic);
      return;
    case 'sns.TopicDeleted':
      topics.delete(fact.topicArn);
      for (const { subscriptionArn, topicArn } of subscriptions.values())
        if (topicArn === fact.topicArn) subscriptions.delete(subscriptionArn);
      return;
    case 'sns.Subscribed':
      subscriptions.set(fact.subscription.subscriptionArn, fact.subscription);
      return;
    case 'sns.Unsubscribed':
      subscriptions.delete(fact.subscriptionArn);
      return;
    case 'sns.MessagePublished':
    case 'sns.MessageDelivered':
      return;
    default:
      fact satisfies never;
  }
}
