import type { Instant } from '../../../instant.ts';
import type { Reply, ServiceName } from '../../../contract.ts';
import type { World } from '../../../world-state.ts';
import type { InFlight, Outcome } from '../state.ts';

/**
 * How CloudFormation makes, changes and removes one type of resource: by API calls, one after the other. `next`
 * is asked again with every answer, and says what comes next as a function of the answers so far, so that an
 * operation under way can be written down and taken up again.
 */
export interface ResourceType {
  readonly type: string;
  /** `recorded`: kept with its attributes and shown, but nothing happens when something uses it. */
  readonly kind: 'emulated' | 'recorded';
  /** A change of one of these makes a new resource. */
  readonly replacedBy: readonly string[];
  /** The property that names it; a resource with a name of its own cannot be replaced under the same name. */
  readonly named?: string;
  /** The properties that set it apart from all others of its type in the account; by default the one that names it. */
  readonly identity?: readonly string[];
  /** Something of this name exists that no stack has, and the call that creates would take it over without a word. */
  exists?(world: World, name: string): boolean;
  /** The physical id after the first call of several: what a creation that fails later leaves behind. */
  made?(world: World, it: ResourceStep): string;
  next(world: World, it: ResourceStep): Step;
}

export interface ResourceStep extends InFlight {
  readonly stackName: string;
  readonly stackId: string;
  readonly now: Instant;
  /** False while rolling back: the alias is then set plainly (codedeploy reference 4.3). */
  readonly throughCodeDeploy: boolean;
}

export type Step =
  | {
      readonly type: 'call';
      readonly service: ServiceName;
      readonly operation: string;
      readonly input: object;
      /** It is made so much later. */
      readonly afterMs?: number;
    }
  | { readonly type: 'awaitDeployment'; readonly deploymentId: string }
  | ({ readonly type: 'done' } & Outcome)
  | { readonly type: 'failed'; readonly reason: string };

export const call = (service: ServiceName, operation: string, input: object): Step => ({
  type: 'call',
  service,
  operation,
  input,
});

export const done = (physicalId: string, attributes: Outcome['attributes'] = {}, ref = physicalId): Step => ({
  type: 'done',
  physicalId,
  ref,
  attributes,
});

/** The output of the n-th call so far. */
export function output(replies: readonly Reply[], n: number): Readonly<Record<string, unknown>> {
  const reply = replies[n];
  if (reply?.ok !== true) throw new Error(`call ${n} has no output`);
  return reply.output;
}

/**
 * A name that CloudFormation makes up: stack, logical id and twelve characters, cut so that the whole fits. It is
 * asked for once before a call and once after, and so must not depend on what has happened between.
 * Source: CFNG:aws-properties-name (D).
 */
export function generatedName(world: World, it: ResourceStep, longest = 255, separator = '-'): string {
  const tail = world.random.text(
    'physical ids',
    `${it.stackId}:${it.logicalId}:${it.previous?.physicalId ?? ''}${it.attempt > 0 ? `:${it.attempt}` : ''}`,
    12,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  );
  const room = longest - tail.length - 2;
  const stack = it.stackName.slice(0, Math.max(Math.floor(room / 2), room - it.logicalId.length));
  return [stack, it.logicalId.slice(0, room - stack.length), tail].join(separator);
}

/** The physical id so far, or the name a property gives, or a made-up one. */
export function physicalName(world: World, it: ResourceStep, property: string, longest?: number): string {
  const given = it.properties[property];
  if (typeof given === 'string' && given !== '') return given;
  if (it.action === 'update' && it.previous) return it.previous.physicalId;
  return generatedName(world, it, longest);
}
