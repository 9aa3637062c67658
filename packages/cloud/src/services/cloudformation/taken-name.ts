import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world-state.ts';
import { RESOURCE_TYPES } from './resources/index.ts';
import type { InFlight, Stack, StackResource } from './state.ts';

type Claim = Pick<StackResource, 'logicalId' | 'type' | 'properties'>;

/**
 * Why a resource that is about to be made under a name of its own cannot be: a stack has one of that name, or it
 * exists and the call that creates would take it over. Everything else that exists is refused by its own service.
 * The words of the first are CloudFormation's, those of the second what its handler for topics says.
 * Source: serverless#1842, amplify-category-console-notification#15, fhir-works-on-aws-deployment#754 (O),
 * serverless-plugin-aws-alerts#242 for alarms (I).
 */
export function takenName(world: World, stack: Stack, inFlight: InFlight): string | undefined {
  const type = RESOURCE_TYPES.get(inFlight.type);
  const identity = type?.identity ?? (type?.named === undefined ? [] : [type.named]);
  const name = identity[0] === undefined ? undefined : inFlight.properties[identity[0]];
  if (typeof name !== 'string' || inFlight.replies.length > 0) return undefined;
  const isSame = (other: Claim): boolean =>
    other.type === inFlight.type &&
    identity.every((property) => isDeepStrictEqual(other.properties[property], inFlight.properties[property]));
  for (const each of world.cloudformation.stacks.values()) {
    const mine = each.name === stack.name ? inFlight.logicalId : undefined;
    if (claims(each).some((other) => other.logicalId !== mine && isSame(other)))
      return `${name} already exists in stack ${each.id}`;
  }
  if (type?.exists?.(world, name) !== true) return undefined;
  const token = world.random.uuid('request tokens', `${world.applied}:${inFlight.logicalId}`);
  return `Resource handler returned message: "${name} already exists" (RequestToken: ${token}, HandlerErrorCode: AlreadyExists)`;
}

/** What a stack has, and what it is making. */
const claims = ({ resources, operation }: Stack): readonly Claim[] => [
  ...resources.values(),
  ...[...(operation?.inFlight.values() ?? [])].filter(({ action }) => action === 'create' || action === 'replace'),
];
