/**
 * `Transform: AWS::Serverless-2016-10-31`: what AWS does to a SAM template before CloudFormation sees it.
 * Values of parameters are looked at where SAM looks at them and nowhere else. Source: reference
 * codedeploy-sam-cloudformation §1; aws-sam-translator 1.110.0, whose output the goldens record (R)
 */
import { UserError } from '../../../user-error.ts';
import type { Problems } from './problems.ts';
import { functionOrder, inPythonOrder, reportDuplicates, routesOf } from './sam/api-routes.ts';
import type { RouteOrders } from './sam/api-routes.ts';
import { codeDeployResources, deploymentGroup } from './sam/deployment-preference.ts';
import type { DeploymentPreference } from './sam/deployment-preference.ts';
import { transformFunction } from './sam/function.ts';
import { readGlobals, withGlobals } from './sam/globals.ts';
import { transformHttpApi } from './sam/http-api.ts';
import { apiIdOf, withImplicitApis } from './sam/implicit-api.ts';
import { bucketWithEvent } from './sam/push-event.ts';
import { fromTemplate, printed } from './sam/python27.ts';
import { ITSELF, referablePropertyOf, withReferable } from './sam/referable.ts';
import { transformLayerVersion } from './sam/layer-version.ts';
import { transformRestApi } from './sam/rest-api.ts';
import { InvalidResource, refused, withParameters } from './sam/sam-context.ts';
import type { Generated, ResolveCode, SamContext } from './sam/sam-context.ts';
import { propagateTags } from './sam/tags.ts';
import { transformSimpleTable } from './sam/simple-table.ts';
import type { Value, ValueMap } from './template-value.ts';
import { isMap, mapAt, textOf } from './template-value.ts';

export interface SamInput {
  readonly template: ValueMap;
  /** What `Ref` gives for parameters (defaults included), AWS::Region and AWS::Partition. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly partition: string;
  readonly nowSeconds: number;
  readonly resolveCode: ResolveCode;
  readonly problems: Problems;
}

export interface SamOutput {
  /** The template without Transform and Globals, and without a serverless resource where all went well. */
  readonly template: ValueMap;
  /** Generated logical id → the id of the resource in the template that it comes from. */
  readonly origins: ReadonlyMap<string, string>;
}

export function samTransform(input: SamInput): SamOutput {
  const { template, problems } = input;
  const conditions: Record<string, Value> = { ...mapAt(template, 'Conditions') };
  const globals = readGlobals(template, problems);
  const named = withImplicitApis(mapAt(template, 'Resources'), globals, conditions, problems);
  const resources = Object.fromEntries(
    Object.entries(named).map(([id, it]) => [id, isMap(it) ? withGlobals(id, it, globals, problems) : it]),
  );
  const context: SamContext = {
    ...input,
    mappings: mapAt(template, 'Mappings'),
    resources,
    conditions,
    destinations: new Map(),
  };
  const run = new Run(context, mapAt(template, 'Resources'));
  run.functions();
  run.others();
  run.codeDeploy();
  const { Transform: _transform, Globals: _globals, ...rest } = template;
  const withNewConditions = Object.keys(conditions).length > 0 ? { ...rest, Conditions: conditions } : rest;
  const done = withReferable({ ...withNewConditions, Resources: run.inTemplateOrder() }, run.referable);
  return { template: isMap(done) ? done : {}, origins: run.origins };
}

class Run {
  readonly out: Record<string, Value> = {};
  readonly origins = new Map<string, string>();
  readonly referable = new Map<string, Record<string, string>>();
  readonly #context: SamContext;
  readonly #written: ValueMap;
  readonly #preferences: DeploymentPreference[] = [];
  readonly #aliases = new Map<string, string>();
  /** Buckets as events have left them, before any function's tags are put on. */
  readonly #buckets = new Map<string, ValueMap>();

  constructor(context: SamContext, written: ValueMap) {
    this.#context = context;
    this.#written = written;
    for (const [id, resource] of Object.entries(context.resources))
      if (!isServerless(resource)) this.out[id] = resource;
  }

  /** Functions first: what they publish is behind the routes of the APIs. */
  functions(): void {
    for (const [id, resource] of this.#ofType('AWS::Serverless::Function'))
      this.#guard(id, () => {
        const { resources, preference } = transformFunction(id, resource, this.#context);
        if (preference !== undefined) this.#preferences.push(preference);
        const alias = resources.find((it) => it.resource['Type'] === 'AWS::Lambda::Alias');
        if (alias !== undefined) this.#aliases.set(id, alias.logicalId);
        this.#add(id, 'AWS::Serverless::Function', resources);
        this.#notifications(id, resource, alias?.logicalId);
      });
  }

  others(): void {
    for (const [id, resource] of Object.entries(this.#context.resources)) {
      if (!isServerless(resource) || resource['Type'] === 'AWS::Serverless::Function') continue;
      const type = textOf(resource['Type']);
      this.#guard(id, () => {
        if (type === 'AWS::Serverless::Api') {
          const routes = this.#routes(id, 'Api', resource);
          this.#add(id, type, transformRestApi(id, resource, routes, this.#functionNames(id), this.#context));
        } else if (type === 'AWS::Serverless::HttpApi') {
          const { added } = this.#routes(id, 'HttpApi', resource);
          this.#add(id, type, transformHttpApi(id, resource, added, this.#context));
        } else if (type === 'AWS::Serverless::LayerVersion') {
          const made = transformLayerVersion(id, resource, this.#context);
          this.#add(id, type, made);
          for (const { logicalId } of made) this.referable.set(id, { [ITSELF]: logicalId });
        } else if (type === 'AWS::Serverless::SimpleTable') this.#add(id, type, transformSimpleTable(id, resource));
        else throw refused(id, type, ['Type']);
      });
    }
  }

  codeDeploy(): void {
    const first = this.#preferences[0];
    if (first === undefined) return;
    const put = (owner: string, { logicalId, resource }: Generated): void => {
      this.out[logicalId] = resource;
      this.origins.set(logicalId, owner);
    };
    for (const made of codeDeployResources(this.#preferences, this.#context)) put(first.functionId, made);
    for (const preference of this.#preferences.filter((it) => it.isEnabled))
      this.#guard(preference.functionId, () => put(preference.functionId, deploymentGroup(preference)));
  }

  /** Where the template writes the body itself, a route that is there twice does no harm. */
  #routes(apiId: string, eventType: 'Api' | 'HttpApi', api: ValueMap): RouteOrders {
    const { resources, problems } = this.#context;
    const all = routesOf(apiId, eventType, resources, this.#aliases);
    const ordered = inPythonOrder(all, this.#written, resources);
    return 'DefinitionBody' in mapAt(api, 'Properties') ? ordered : reportDuplicates(eventType, ordered, problems);
  }

  /** What is generated stands with what it comes from, whatever the order in which it was made. */
  inTemplateOrder(): ValueMap {
    const places = new Map(Object.keys(this.#context.resources).map((id, i) => [id, i]));
    const placeOf = (id: string): number => places.get(this.origins.get(id) ?? id) ?? places.size;
    return Object.fromEntries(Object.entries(this.out).toSorted(([a], [b]) => placeOf(a) - placeOf(b)));
  }

  *#ofType(type: string): Iterable<[string, ValueMap]> {
    const { resources } = this.#context;
    const order = new Set([...functionOrder(this.#written), ...Object.keys(resources)]);
    for (const id of order) {
      const resource = resources[id];
      if (isMap(resource) && resource['Type'] === type) yield [id, resource];
    }
  }

  #guard(id: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof UserError) {
        for (const problem of error.problems) this.#context.problems.addAs(['Resources', id], problem);
        return;
      }
      if (!(error instanceof InvalidResource)) throw error;
      this.#context.problems.add(id in this.#written ? error.path : [], error.message);
    }
  }

  #add(sourceId: string, serverlessType: string, made: readonly Generated[]): void {
    for (const { logicalId, resource } of made) {
      if (logicalId !== sourceId && logicalId in this.#written)
        throw new InvalidResource(sourceId, duplicate(sourceId, logicalId, textOf(resource['Type'])));
      this.out[logicalId] = resource;
      if (logicalId !== sourceId) this.origins.set(logicalId, sourceId);
      const property = referablePropertyOf(serverlessType, textOf(resource['Type']));
      if (property === undefined) continue;
      const known = this.referable.get(sourceId) ?? {};
      this.referable.set(sourceId, { ...known, [property]: logicalId });
    }
  }

  /** S3 events change the bucket that they name. */
  #notifications(functionId: string, source: ValueMap, aliasId: string | undefined): void {
    for (const [eventId, event] of Object.entries(mapAt(mapAt(source, 'Properties'), 'Events'))) {
      if (!isMap(event) || event['Type'] !== 'S3') continue;
      const properties = mapAt(event, 'Properties');
      const bucket = bucketWithEvent(
        { functionId, eventId, type: 'S3', properties, source, aliasId, context: this.#context },
        { ...this.out, ...Object.fromEntries(this.#buckets) },
      );
      if (bucket === undefined) continue;
      this.#buckets.set(bucket.logicalId, bucket.resource);
      for (const { logicalId, resource } of propagateTags([bucket], mapAt(source, 'Properties')))
        this.out[logicalId] = resource;
    }
  }

  /** An API is deployed anew when a function behind it gets another name. */
  #functionNames(apiId: string): string {
    let names = '';
    for (const [, resource] of this.#ofType('AWS::Serverless::Function')) {
      const properties = mapAt(resource, 'Properties');
      const name = withParameters(properties['FunctionName'] ?? '', this.#context.parameters);
      for (const event of Object.values(mapAt(properties, 'Events'))) {
        if (!isMap(event) || event['Type'] !== 'Api') continue;
        const isBehind = apiIdOf(mapAt(event, 'Properties')['RestApiId']) === apiId;
        if (isBehind) names += typeof name === 'string' ? name : printed(fromTemplate(name));
      }
    }
    return names;
  }
}

const isServerless = (resource: Value): resource is ValueMap =>
  isMap(resource) && typeof resource['Type'] === 'string' && resource['Type'].startsWith('AWS::Serverless::');

const duplicate = (sourceId: string, logicalId: string, type: string): string =>
  `Transforming resource with id [${sourceId}] attempts to create a new resource with id [${logicalId}] and type ` +
  `"${type}". A resource with that id already exists within this template. Please use a different id for that resource.`;
