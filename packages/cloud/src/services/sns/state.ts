/** Topics and their subscriptions. What is published is told in the journal and delivered to nobody. */
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
}

/** Source: who said it, the API's caller or a service of the cloud. */
export interface MessagePublished {
  readonly type: 'sns.MessagePublished';
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
  readonly subject?: string;
  readonly source: 'api' | 'cloudwatch' | 'codedeploy';
}

export type SnsFact =
  | { readonly type: 'sns.TopicPut'; readonly topic: Topic }
  | { readonly type: 'sns.TopicDeleted'; readonly topicArn: string }
  | { readonly type: 'sns.Subscribed'; readonly subscription: Subscription }
  | { readonly type: 'sns.Unsubscribed'; readonly subscriptionArn: string }
  | MessagePublished;

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
      return;
    default:
      fact satisfies never;
  }
}
