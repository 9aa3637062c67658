import type { Problems } from '../problems.ts';
import type { Value, ValueMap } from '../template-value.ts';
import { iff, isList, isMap, mapAt, present, sub, textOf } from '../template-value.ts';
import { combinedCondition } from './combined-condition.ts';
import { ANY_METHOD, apiIdOf } from './implicit-api.ts';
import { PythonDict, textIn } from './python27.ts';
import { invalidEvent } from './sam-context.ts';

/** One method of one path of an API, and the function behind it. */
export interface Route {
  readonly functionId: string;
  readonly eventId: string;
  readonly path: string;
  /** Lower case; `x-amazon-apigateway-any-method` for any. */
  readonly method: string;
  readonly condition: string | undefined;
  readonly properties: ValueMap;
  /** What the integration invokes, as text inside Fn::Sub: `ListFunctionAliaslive`, `ListFunction.Arn`. */
  readonly target: string;
}

/** SAM adds paths in one order and integrations in another; both are that of Python 2.7's dictionaries. */
export interface RouteOrders {
  readonly added: readonly Route[];
  readonly integrated: readonly Route[];
}

export function inPythonOrder(routes: readonly Route[], written: ValueMap, resources: ValueMap): RouteOrders {
  const ofFunction = (id: string): readonly Route[] => {
    const events = Object.keys(mapAt(mapAt(mapAt(resources, id), 'Properties'), 'Events'));
    return idsInPythonOrder(events).flatMap((event) =>
      routes.filter((it) => it.functionId === id && it.eventId === event),
    );
  };
  const byPath = (a: Route, b: Route): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return {
    added: idsInPythonOrder([...Object.keys(written), 'ServerlessRestApi']).flatMap(ofFunction),
    integrated: functionOrder(written).flatMap((id) => ofFunction(id).toSorted(byPath)),
  };
}

const idsInPythonOrder = (ids: readonly string[]): readonly string[] =>
  PythonDict.of(ids.map((id) => [id, null]))
    .keys()
    .map(textIn);

/**
 * Resources in the order in which SAM transforms functions: that of the template, or of Python 2.7 where there is
 * a REST API, whose hash it keeps by it. The implicit APIs have then been among them, whether they are wanted or not.
 * Source: ST:utils/py27hash_fix.py
 */
export const functionOrder = (written: ValueMap): readonly string[] =>
  Object.values(written).some(concernsRestApi)
    ? idsInPythonOrder([...Object.keys(written), 'ServerlessRestApi', 'ServerlessHttpApi'])
    : Object.keys(written);

function concernsRestApi(resource: Value): boolean {
  if (!isMap(resource)) return false;
  if (resource['Type'] === 'AWS::Serverless::Api') return true;
  const events = resource['Type'] === 'AWS::Serverless::Function' ? mapAt(mapAt(resource, 'Properties'), 'Events') : {};
  return Object.values(events).some((event) => isMap(event) && event['Type'] === 'Api');
}

/** The routes that events of one type make on one API, in the order of the template. */
export function routesOf(
  apiId: string,
  eventType: 'Api' | 'HttpApi',
  resources: ValueMap,
  aliases: ReadonlyMap<string, string>,
): readonly Route[] {
  const routes: Route[] = [];
  for (const [functionId, resource] of Object.entries(resources)) {
    if (!isMap(resource) || resource['Type'] !== 'AWS::Serverless::Function') continue;
    const condition = resource['Condition'];
    for (const [eventId, event] of Object.entries(mapAt(mapAt(resource, 'Properties'), 'Events'))) {
      if (!isMap(event) || event['Type'] !== eventType) continue;
      const properties = mapAt(event, 'Properties');
      const { Path: path, Method: written } = properties;
      if (apiIdOf(properties[eventType === 'Api' ? 'RestApiId' : 'ApiId']) !== apiId) continue;
      if (typeof path !== 'string' || typeof written !== 'string') continue;
      routes.push({
        functionId,
        eventId,
        path,
        method: normalMethod(written),
        condition: typeof condition === 'string' ? condition : undefined,
        properties,
        target: aliases.get(functionId) ?? `${functionId}.Arn`,
      });
    }
  }
  return routes;
}

/** Of routes that are written twice the later one, as SAM comes to them, is wrong. */
export function reportDuplicates(
  eventType: 'Api' | 'HttpApi',
  { added, integrated }: RouteOrders,
  problems: Problems,
): RouteOrders {
  const isSame = (a: Route, b: Route): boolean => a.path === b.path && a.method === b.method;
  const later = new Set(integrated.filter((it, i) => integrated.findIndex((other) => isSame(it, other)) < i));
  for (const { functionId, eventId, path, properties } of later) {
    const error = invalidEvent(functionId, eventId, definedTwice(eventType, textOf(properties['Method']), path));
    problems.add(error.path, error.message);
  }
  return { added: added.filter((it) => !later.has(it)), integrated: integrated.filter((it) => !later.has(it)) };
}

const definedTwice = (eventType: string, method: string, path: string): string =>
  eventType === 'Api'
    ? `API method "${method.toLowerCase()}" defined multiple times for path "${path}".`
    : `API method '${method.toLowerCase()}' defined multiple times for path '${path}'.`;

export function normalMethod(method: string): string {
  const lower = method.toLowerCase();
  return lower === 'any' ? ANY_METHOD : lower;
}

/** `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/${ListFunctionAliaslive}/invocations` */
export const integrationUri = (partition: string, route: Route, streams = false): ValueMap => {
  const path = streams ? '2021-11-15' : '2015-03-31';
  const action = streams ? 'response-streaming-invocations' : 'invocations';
  return sub(`arn:${partition}:apigateway:\${AWS::Region}:lambda:path/${path}/functions/\${${route.target}}/${action}`);
};

/**
 * The `paths` of a managed API. What belongs to a conditional function is wrapped in Fn::If; a path whose
 * methods are all conditional is wrapped as a whole too.
 */
export function pathsOf(
  apiId: string,
  routes: readonly Route[],
  methodOf: (route: Route) => ValueMap,
  conditions: Record<string, Value>,
): ValueMap {
  const paths: Record<string, Record<string, Value>> = {};
  for (const route of routes) {
    const item = (paths[route.path] ??= {});
    const method = methodOf(route);
    item[route.method] = route.condition === undefined ? method : iff(route.condition, method);
  }
  const wrapped = Object.entries(paths).map(([path, item]) => {
    const condition = pathCondition(
      apiId,
      path,
      routes.filter((it) => it.path === path),
      conditions,
    );
    return [path, condition === undefined ? item : iff(condition, item)] as const;
  });
  return Object.fromEntries(wrapped);
}

function pathCondition(
  apiId: string,
  path: string,
  routes: readonly Route[],
  conditions: Record<string, Value>,
): string | undefined {
  if (routes.some((it) => it.condition === undefined)) return undefined;
  const names = [...new Set(routes.flatMap((it) => it.condition ?? []))];
  if (names.length === 1) return names[0];
  const name = pathConditionName(apiId, path);
  Object.assign(conditions, combinedCondition(names.toSorted(), name));
  return name;
}

/** Of a path nothing but letters and digits may stand in a condition's name. */
export const pathConditionName = (apiId: string, path: string): string =>
  `${apiId}${path.replaceAll('/', 'SLASH').replaceAll('{', 'OB').replaceAll('}', 'CB')}PathCondition`;

/** The parts of a map that may be wrapped in Fn::If, each changed; NoValue branches stay. */
export function changeBranches(value: Value, change: (map: ValueMap) => ValueMap): Value {
  if (!isMap(value)) return value;
  const choice = value['Fn::If'];
  if (!isList(choice)) return 'Ref' in value ? value : change(value);
  const [condition, ...branches] = choice;
  return { 'Fn::If': [condition ?? '', ...branches.map((it) => changeBranches(it, change))] };
}

/** The id of a stage: its name where it can stand in an id, else a hash of the name. */
export const isAlphanumeric = (text: string): boolean => /^[\p{L}\p{N}]+$/u.test(text);

export const skeletonInfo: ValueMap = present({ version: '1.0', title: { Ref: 'AWS::StackName' } });
