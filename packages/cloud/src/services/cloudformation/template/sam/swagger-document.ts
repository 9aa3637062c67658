/**
 * The body of a REST API, written step by step as SAM writes it: each edit is made on a copy and copied again,
 * which on Python 2.7 may change the order of keys and with it the id of the deployment.
 * Source: ST:swagger/swagger.py, ST:plugins/api, ST:model/api/api_generator.py
 */
import type { Value, ValueMap } from '../template-value.ts';
import { mapAt, textOf } from '../template-value.ts';
import { combinedCondition } from './combined-condition.ts';
import type { Route } from './api-routes.ts';
import { integrationUri, pathConditionName } from './api-routes.ts';
import { ANY_METHOD } from './implicit-api.ts';
import { copyDict, dictFromTemplate, isPyList, PlainDict, PythonDict, textIn, toValue, Unicode } from './python27.ts';
import type { Py, Text } from './python27.ts';

const INTEGRATION = 'x-amazon-apigateway-integration';
const NO_VALUE = new PlainDict([['Ref', 'AWS::NoValue']]);

export class SwaggerDocument {
  #dict: PythonDict;

  private constructor(dict: PythonDict) {
    this.#dict = dict;
  }

  /** The body that the template writes itself. */
  static written(body: ValueMap): SwaggerDocument {
    return new SwaggerDocument(dictFromTemplate(body));
  }

  /** The body of an API whose routes come from events. Conditions of paths may be added to `conditions`. */
  static managed(
    apiId: string,
    routes: { readonly added: readonly Route[]; readonly integrated: readonly Route[] },
    openApiVersion: Value | undefined,
    partition: string,
    conditions: Record<string, Value>,
  ): SwaggerDocument {
    const document = new SwaggerDocument(skeleton());
    for (const route of routes.added) document.edit((dict) => addPath(dict, route));
    document.edit((dict) => addPathConditions(dict, apiId, routes.added, conditions));
    if (typeof openApiVersion === 'string' && /^3(?:\.\d)(?:\.\d)?$/.test(openApiVersion)) {
      document.#dict.set('openapi', new Unicode(openApiVersion));
      document.#dict.delete('swagger');
    }
    for (const route of routes.integrated) document.edit((dict) => addIntegration(dict, route, partition));
    return document;
  }

  get dict(): PythonDict {
    return this.#dict;
  }

  /** Does SAM take this for a definition that it may change? */
  get isValid(): boolean {
    const { swagger, openapi } = this.value;
    if (!(this.#dict.get('paths') instanceof PythonDict)) return false;
    return (
      (swagger !== undefined && swagger !== '') ||
      (openapi !== undefined && /^3(?:\.\d)(?:\.\d)?$/.test(textOf(openapi)))
    );
  }

  get value(): ValueMap {
    const value = toValue(this.#dict);
    return mapAt({ value }, 'value');
  }

  edit(change: (dict: PythonDict) => void): void {
    const copy = copyDict(this.#dict);
    change(copy);
    this.#dict = copyDict(copy);
  }
}

const skeleton = (): PythonDict =>
  PythonDict.of([
    ['swagger', '2.0'],
    [
      'info',
      PythonDict.of([
        ['version', '1.0'],
        ['title', new PlainDict([['Ref', 'AWS::StackName']])],
      ]),
    ],
    ['paths', new PythonDict()],
  ]);

export function pathsIn(dict: PythonDict): PythonDict {
  const paths = dict.get('paths');
  return paths instanceof PythonDict ? paths : new PythonDict();
}

/** The dictionaries behind a value that may be an Fn::If: its branches without NoValue. */
export function branchesOf(value: Py | undefined): readonly PythonDict[] {
  const branches =
    value instanceof PlainDict ? value.entries[0]?.[1] : value instanceof PythonDict ? value.get('Fn::If') : undefined;
  if (branches !== undefined && isPyList(branches)) return branches.slice(1).filter((it) => it instanceof PythonDict);
  return value instanceof PythonDict ? [value] : [];
}

/** SAM's own word for `any` is no Unicode text; the same word in the template is. */
const methodKey = ({ method, properties }: Route): Text =>
  textOf(properties['Method']).toLowerCase() === 'any' ? ANY_METHOD : new Unicode(method);

const iff = (condition: Text, then: Py): PlainDict => new PlainDict([['Fn::If', [condition, then, NO_VALUE]]]);

function addPath(dict: PythonDict, route: Route): void {
  const paths = pathsIn(dict);
  if (!paths.has(route.path)) paths.set(new Unicode(route.path), new PythonDict());
  for (const item of branchesOf(paths.get(route.path)))
    if (!item.has(route.method)) item.set(methodKey(route), new PythonDict());
}

/** A path whose methods are all conditional is conditional itself. */
function addPathConditions(
  dict: PythonDict,
  apiId: string,
  routes: readonly Route[],
  conditions: Record<string, Value>,
): void {
  const paths = pathsIn(dict);
  for (const [key, item] of paths.entries()) {
    const path = textIn(key);
    const mine = routes.filter((it) => it.path === path);
    if (mine.some((it) => it.condition === undefined)) continue;
    const names = [...new Set(mine.flatMap((it) => it.condition ?? []))];
    const [only] = names;
    if (only === undefined) continue;
    const name = names.length === 1 ? new Unicode(only) : pathConditionName(apiId, path);
    if (typeof name === 'string') Object.assign(conditions, combinedCondition(names.toSorted(), name));
    paths.set(key, iff(name, item));
  }
}

function addIntegration(dict: PythonDict, route: Route, partition: string): void {
  addPath(dict, route);
  const streams = route.properties['ResponseTransferMode'] === 'RESPONSE_STREAM';
  const text = textOf(integrationUri(partition, route, streams)['Fn::Sub']);
  const uri = PythonDict.of([['Fn::Sub', route.target.endsWith('.Arn') ? new Unicode(text) : text]]);
  const condition = route.condition === undefined ? undefined : new Unicode(route.condition);
  for (const item of branchesOf(pathsIn(dict).get(route.path))) {
    const method = item.get(route.method);
    if (!(method instanceof PythonDict)) continue;
    const integration = PythonDict.of([
      ['type', 'aws_proxy'],
      ['httpMethod', 'POST'],
      ['uri', condition === undefined ? uri : iff(condition, uri)],
    ]);
    method.set(INTEGRATION, integration);
    if (streams) integration.set('responseTransferMode', 'STREAM');
    if (!method.has('responses')) method.set('responses', new PythonDict());
    const timeout = route.properties['TimeoutInMillis'];
    if (typeof timeout === 'number') integration.set('timeoutInMillis', timeout);
    if (condition !== undefined) item.set(methodKey(route), iff(condition, method));
  }
}
