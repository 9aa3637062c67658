/**
 * Events of kind Api and HttpApi that name no API belong to one that SAM adds: ServerlessRestApi or
 * ServerlessHttpApi. Here events get their API's id and an HTTP event without a path becomes `$default`; the
 * rest of the transform then knows explicit APIs only. Source: ST:plugins/api/implicit_api_plugin.py
 */
import type { Problems } from '../problems.ts';
import type { Value, ValueMap } from '../template-value.ts';
import { isMap, mapAt, present, ref } from '../template-value.ts';
import { combinedCondition } from './combined-condition.ts';
import { invalidEvent } from './sam-context.ts';

interface ApiKind {
  readonly eventType: string;
  readonly idProperty: string;
  readonly implicitId: string;
  readonly resourceType: string;
  readonly properties: ValueMap;
}

const KINDS: readonly ApiKind[] = [
  {
    eventType: 'Api',
    idProperty: 'RestApiId',
    implicitId: 'ServerlessRestApi',
    resourceType: 'AWS::Serverless::Api',
    properties: { StageName: 'Prod' },
  },
  {
    eventType: 'HttpApi',
    idProperty: 'ApiId',
    implicitId: 'ServerlessHttpApi',
    resourceType: 'AWS::Serverless::HttpApi',
    properties: {},
  },
];

export const ANY_METHOD = 'x-amazon-apigateway-any-method';
export const DEFAULT_PATH = '$default';

export function withImplicitApis(
  resources: ValueMap,
  globals: ValueMap,
  conditions: Record<string, Value>,
  problems: Problems,
): ValueMap {
  return KINDS.reduce((all, kind) => withImplicitApi(all, kind, globals, conditions, problems), resources);
}

function withImplicitApi(
  resources: ValueMap,
  kind: ApiKind,
  globals: ValueMap,
  conditions: Record<string, Value>,
  problems: Problems,
): ValueMap {
  const out: Record<string, Value> = {};
  const users: ValueMap[] = [];
  for (const [functionId, resource] of Object.entries(resources)) {
    if (!isMap(resource) || resource['Type'] !== 'AWS::Serverless::Function') {
      out[functionId] = resource;
      continue;
    }
    const events = mapAt(mapAt(resource, 'Properties'), 'Events');
    const isUser = Object.values(events).some((event) => isOfKind(event, kind) && isImplicit(event, kind));
    if (isUser) users.push(resource);
    const named = Object.entries(events).map(([eventId, event]) => [
      eventId,
      isOfKind(event, kind) ? namedEvent(functionId, eventId, event, kind, resources, problems) : event,
    ]);
    const properties = { ...mapAt(resource, 'Properties'), Events: Object.fromEntries(named) as ValueMap };
    out[functionId] = named.length === 0 ? resource : { ...resource, Properties: properties };
  }
  if (users.length === 0) return out;
  const attributes = { ...sharedCondition(users, kind, conditions), ...sharedPolicies(users) };
  const properties = { ...kind.properties, ...sharedTags(users, globals) };
  return { ...out, [kind.implicitId]: { ...attributes, Type: kind.resourceType, Properties: properties } };
}

const isOfKind = (event: Value, kind: ApiKind): event is ValueMap => isMap(event) && event['Type'] === kind.eventType;

/** An Api event without any properties is skipped by SAM; an HttpApi event without them is the default route. */
const isImplicit = (event: ValueMap, kind: ApiKind): boolean =>
  !(kind.idProperty in mapAt(event, 'Properties')) &&
  (kind.eventType === 'HttpApi' || Object.keys(mapAt(event, 'Properties')).length > 0);

function namedEvent(
  functionId: string,
  eventId: string,
  event: ValueMap,
  kind: ApiKind,
  resources: ValueMap,
  problems: Problems,
): ValueMap {
  const written = mapAt(event, 'Properties');
  const api = written[kind.idProperty] ?? ref(kind.implicitId);
  const isBare = kind.eventType === 'HttpApi' && written['Path'] === undefined && written['Method'] === undefined;
  const route = isBare ? { Path: DEFAULT_PATH, Method: ANY_METHOD } : {};
  const properties: ValueMap = { ...written, ...route, [kind.idProperty]: api };
  const report = (message: string): void => {
    const error = invalidEvent(functionId, eventId, message);
    problems.add(error.path, error.message);
  };
  for (const name of ['Path', 'Method']) {
    const value = properties[name];
    if (value === undefined) report(`Property '${name}' is required.`);
    else if (typeof value !== 'string') report(`Property '${name}' should be a string.`);
  }
  const id = apiIdOf(api);
  const target = id === undefined ? undefined : resources[id];
  const isOther = isMap(target) && target['Type'] === 'AWS::Serverless::HttpApi' && kind.eventType === 'Api';
  if (id !== kind.implicitId && (!isMap(target) || isOther))
    report(`${kind.idProperty} must be a valid reference to an '${kind.resourceType}' resource in same template.`);
  return { ...event, Properties: properties };
}

/** The logical id that `!Ref Api` or plain `Api` names. */
export function apiIdOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const id = isMap(value) ? value['Ref'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The API is conditional only when all its functions are. */
function sharedCondition(users: readonly ValueMap[], kind: ApiKind, conditions: Record<string, Value>): ValueMap {
  const names = [...new Set(users.map((it) => it['Condition']))].filter((name) => typeof name === 'string');
  if (users.some((it) => typeof it['Condition'] !== 'string')) return {};
  if (names.length === 1) return present({ Condition: names[0] });
  const name = `${kind.implicitId}Condition`;
  Object.assign(conditions, combinedCondition(names.toSorted(), name));
  return { Condition: name };
}

/** With PropagateTags, a function's tags go to the API that is made for it. */
function sharedTags(users: readonly ValueMap[], globals: ValueMap): ValueMap {
  const shared = mapAt(globals, 'Function');
  const tags = users.flatMap((user) => {
    const own = mapAt(user, 'Properties');
    const isWanted = own['PropagateTags'] || shared['PropagateTags'];
    const given = own['Tags'] ?? shared['Tags'];
    return isWanted && isMap(given) ? [given] : [];
  });
  return tags.length === 0 ? {} : { Tags: Object.assign({}, ...tags) as ValueMap, PropagateTags: true };
}

/** Retain wins over Snapshot over Delete. */
function sharedPolicies(users: readonly ValueMap[]): ValueMap {
  const strongest = (attribute: string, ranks: readonly string[]): string | undefined =>
    ranks.find((rank) => users.some((it) => it[attribute] === rank));
  return present({
    DeletionPolicy: strongest('DeletionPolicy', ['Retain', 'Delete']),
    UpdateReplacePolicy: strongest('UpdateReplacePolicy', ['Retain', 'Snapshot', 'Delete']),
  });
}
