import { isMap, sub } from '../template-value.ts';
import type { EventResources, EventSource } from './event-sources.ts';
import { ANY_METHOD, apiIdOf, DEFAULT_PATH } from './implicit-api.ts';
import { permission } from './permission.ts';
import { invalidEvent } from './sam-context.ts';
import { mapAt } from '../template-value.ts';

const KNOWN = new Set('Path Method ApiId Stage Auth TimeoutInMillis RouteSettings PayloadFormatVersion'.split(' '));

/**
 * An event of kind HttpApi becomes a permission for every stage of its API; the route itself goes into the
 * API's body. Source: reference §1.7; ST:model/eventsources/push.py, HttpApi (R)
 */
export function httpApiEvent(event: EventSource): EventResources {
  const { properties, functionId, eventId } = event;
  for (const name of Object.keys(properties))
    if (!KNOWN.has(name))
      throw invalidEvent(functionId, eventId, `property ${name} not defined for resource of type HttpApi`);
  const auth = properties['Auth'];
  if (auth !== undefined && !(isMap(auth) && Object.keys(auth).length === 0))
    throw invalidEvent(
      functionId,
      eventId,
      'Auth of an HttpApi event is outside the slice that can be rehearsed. See docs/slice.md#sam.',
    );
  const { Path: path, Method: method, ApiId: apiId } = properties;
  if (typeof path !== 'string' || typeof method !== 'string' || apiId === undefined) return { resources: [] };
  if (path !== DEFAULT_PATH && isCoveredByDefault(event)) return { resources: [] };
  const isAny = method.toLowerCase() === 'any' || method.toLowerCase() === ANY_METHOD;
  const route = path === DEFAULT_PATH ? '' : permittedPath(path);
  const sourceArn = sub(
    'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:' +
      `\${__ApiId__}/\${__Stage__}/${isAny ? '*' : method.toUpperCase()}${route}`,
    { __ApiId__: apiId, __Stage__: '*' },
  );
  return { resources: [permission(event, 'apigateway.amazonaws.com', { sourceArn })] };
}

const permittedPath = (path: string): string =>
  path.replace(/^(.+)\/$/, '$1').replaceAll(/\{(?:[a-zA-Z0-9._-]+|proxy\+)\}/g, '*');

/** One permission is enough where the function has the default route too; SAM sees that only without an alias. */
function isCoveredByDefault({ source, properties, aliasId }: EventSource): boolean {
  if (aliasId !== undefined) return false;
  return Object.values(mapAt(mapAt(source, 'Properties'), 'Events')).some((other) => {
    if (!isMap(other) || other['Type'] !== 'HttpApi') return false;
    const its = mapAt(other, 'Properties');
    const method = its['Method'];
    const isAny = typeof method === 'string' && ['any', ANY_METHOD].includes(method.toLowerCase());
    return its['Path'] === DEFAULT_PATH && isAny && apiIdOf(its['ApiId']) === apiIdOf(properties['ApiId']);
  });
}
