import { isMap, mapAt, sub } from '../template-value.ts';
import type { EventResources, EventSource } from './event-sources.ts';
import { apiIdOf } from './implicit-api.ts';
import { permission } from './permission.ts';
import { InvalidResource, invalidEvent } from './sam-context.ts';

const KNOWN = new Set(
  'Path Method RestApiId Stage Auth RequestModel RequestParameters TimeoutInMillis ResponseTransferMode'.split(' '),
);
export const REFUSED = ['Auth', 'RequestModel', 'RequestParameters'];

/**
 * An event of kind Api becomes a permission for every stage of its REST API; the route itself goes into the
 * API's body. Source: reference §1.7; ST:model/eventsources/push.py, Api (R)
 */
export function apiEvent(event: EventSource): EventResources {
  const { properties, functionId, eventId, context } = event;
  for (const name of Object.keys(properties))
    if (!KNOWN.has(name))
      throw invalidEvent(functionId, eventId, `property ${name} not defined for resource of type Api`);
  for (const name of REFUSED) {
    const value = properties[name];
    if (value !== undefined && !(isMap(value) && Object.keys(value).length === 0))
      throw invalidEvent(
        functionId,
        eventId,
        `${name} of an Api event is outside the slice that can be rehearsed. See docs/slice.md#sam.`,
      );
  }
  const { Path: path, Method: method, RestApiId: restApiId } = properties;
  // What is missing has been reported where the API was looked up.
  if (typeof path !== 'string' || typeof method !== 'string' || restApiId === undefined) return { resources: [] };
  const verb = method.toLowerCase() === 'any' ? '*' : method.toUpperCase();
  const sourceArn = sub(
    `arn:${context.partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:` +
      `\${__ApiId__}/\${__Stage__}/${verb}${permittedPath(path)}`,
    { __ApiId__: restApiId, __Stage__: '*' },
  );
  return { resources: [permission(event, 'apigateway.amazonaws.com', { sourceArn, suffix: stageSuffix(event) })] };
}

/** API Gateway drops a trailing slash; a path parameter is a `*` in the permission. */
export const permittedPath = (path: string): string =>
  path.replace(/^(.+)\/$/, '$1').replaceAll(/\{[a-zA-Z0-9._-]+\+?\}/g, '*');

function stageSuffix({ properties, context }: EventSource): string {
  const apiId = apiIdOf(properties['RestApiId']);
  if (apiId === undefined) return 'AllStages';
  const stage = mapAt(mapAt(context.resources, apiId), 'Properties')['StageName'];
  if (stage === '') throw new InvalidResource(apiId, 'StageName cannot be empty.', ['Properties', 'StageName']);
  return typeof stage === 'string' ? stage : 'Stage';
}
