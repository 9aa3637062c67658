/** From a template to the deployments it makes: the gates and the configuration of each function with an alias. */
import {
  alarmInput,
  type Assumptions,
  AwsError,
  type CompiledResource,
  type CompiledTemplate,
  customRouting,
  inspectTemplate,
  isTemplateList,
  isTemplateMap,
  type Lookup,
  PREDEFINED,
  type Problem,
  rangeLength,
  readMetricAlarm,
  resolveProperties,
  type ResourceValues,
  type TemplateMap,
  type TemplateValue,
  type TrafficRouting,
  UserError,
} from '@unicorns/cloud';
import { beyondPlan } from './beyond-plan.ts';
import { type MetricStat, type SourceContext, sourceOf, type TemplateFilter } from './metric-sources.ts';
import type { MetricSource } from './metric-source.ts';
import type { Configuration, Gate } from './plan-input.ts';

/** An alarm of the deployment group of which nobody can say what it does. */
export interface UnplannedGate {
  readonly name: string;
  readonly line?: number;
  readonly reason: string;
}

/** One function's releases, as the template has them. */
export interface TemplateDeployment {
  readonly functionId: string;
  readonly line?: number;
  readonly configuration: Configuration | undefined;
  readonly gates: readonly Gate[];
  readonly unplanned: readonly UnplannedGate[];
  readonly hooks: { readonly pre: boolean; readonly post: boolean };
}

export interface ReadOptions {
  readonly fileName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly assumptions: Assumptions;
  /** The status of a faulty answer: what metric filters are tried with. */
  readonly statusCode: number;
}

/** A number that no template writes itself. */
const NEW_VERSION = '7700077';
const SHORT = 'CodeDeployDefault.Lambda';

/** Throws UserError when there is nothing to plan: no template, or no deployment group in it. */
export function readDeployments(
  text: string,
  options: ReadOptions,
): {
  readonly deployments: readonly TemplateDeployment[];
  readonly problems: readonly Problem[];
} {
  const { fileName, parameters } = options;
  const { compiled, problems } = inspectTemplate({
    text,
    fileName,
    parameters,
    stackName: 'stack',
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    leavesOpen: true,
    resolveCode: () => ({ S3Bucket: 'bucket', S3Key: 'key' }),
  });
  const unknown = Object.keys(parameters).filter((name) => !(name in compiled.parameters));
  if (unknown.length > 0) throw new UserError(unknown.map((name) => undeclared(name, compiled)));
  const reader = new Reader(compiled, options);
  const deployments = reader.deployments();
  if (deployments.length === 0) {
    const none = {
      message:
        'No function of the template is deployed by CodeDeploy: there is no DeploymentPreference and no alias with a deployment group.',
      file: fileName,
    };
    throw new UserError([...problems, none]);
  }
  return { deployments, problems };
}

function undeclared(name: string, { fileName: file, parameters }: CompiledTemplate): Problem {
  const known = Object.keys(parameters);
  const has = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`;
  return { message: `The template has no parameter "${name}". ${has}`, file };
}

class Reader {
  readonly #compiled: CompiledTemplate;
  readonly #options: ReadOptions;
  readonly #values = new Map<string, ResourceValues>();
  readonly #lookup: Lookup = (id) => this.#valuesOf(id);

  constructor(compiled: CompiledTemplate, options: ReadOptions) {
    this.#compiled = compiled;
    this.#options = options;
  }

  deployments(): readonly TemplateDeployment[] {
    const filters = this.#ofType('AWS::Logs::MetricFilter').flatMap((it) => this.#filters(it));
    return this.#ofType('AWS::Lambda::Alias').flatMap((alias) => {
      const update = mapIn(alias.updatePolicy, 'CodeDeployLambdaAliasUpdate');
      const group = this.#compiled.resources.get(refOf(update['DeploymentGroupName']) ?? '');
      return group === undefined ? [] : [this.#deployment(alias, update, group, filters)];
    });
  }

  #deployment(
    alias: CompiledResource,
    update: TemplateMap,
    group: CompiledResource,
    filters: readonly TemplateFilter[],
  ): TemplateDeployment {
    const { FunctionName, Name } = this.#properties(alias);
    const functionName = nameIn(FunctionName);
    const functionId =
      this.#ofType('AWS::Lambda::Function').find(({ logicalId }) => this.#valuesOf(logicalId).ref === functionName)
        ?.logicalId ?? functionName;
    const { AlarmConfiguration, DeploymentConfigName } = this.#properties(group);
    const context: SourceContext = {
      functionName,
      aliasName: textIn(Name),
      newVersion: NEW_VERSION,
      filters,
      delays: this.#options.assumptions.delays,
      statusCode: this.#options.statusCode,
    };
    const all = this.#alarmNames(AlarmConfiguration).map((name) => this.#gate(name, context));
    return {
      functionId,
      ...lineOf(group),
      configuration: this.#configuration(DeploymentConfigName),
      gates: all.flatMap((it) => ('gate' in it ? [it.gate] : [])),
      unplanned: all.flatMap((it) => ('unplanned' in it ? [it.unplanned] : [])),
      hooks: { pre: 'BeforeAllowTrafficHook' in update, post: 'AfterAllowTrafficHook' in update },
    };
  }

  #alarmNames(configuration: TemplateValue | undefined): readonly string[] {
    if (!isTemplateMap(configuration) || ['false', 'False', false].some((it) => it === configuration['Enabled']))
      return [];
    const { Alarms: alarms = [] } = configuration;
    return isTemplateList(alarms) ? alarms.map((each) => textIn(isTemplateMap(each) ? each['Name'] : each)) : [];
  }

  #gate(name: string, context: SourceContext): { gate: Gate } | { unplanned: UnplannedGate } {
    const resource = [...this.#compiled.resources.values()].find(
      ({ type, logicalId }) => type.startsWith('AWS::CloudWatch::') && this.#valuesOf(logicalId).ref === name,
    );
    const refuse = (reason: string) => ({ unplanned: { name, ...(resource && lineOf(resource)), reason } });
    if (resource === undefined) return refuse('it is not in the template');
    if (resource.type !== 'AWS::CloudWatch::Alarm') return refuse('it is a composite alarm');
    try {
      // The template's values are JSON; PutMetricAlarm's own reader checks them.
      const input = alarmInput(name, this.#properties(resource)) as Parameters<typeof readMetricAlarm>[0];
      const alarm = readMetricAlarm(input);
      const beyond = beyondPlan(alarm);
      if (beyond !== undefined) return refuse(beyond);
      const sources: MetricSource[] = [];
      for (const { id, stat } of statsOf(alarm)) {
        const found = sourceOf(stat, context);
        if ('unknown' in found) return refuse(found.unknown);
        sources.push({ id, ...found });
      }
      const rangePeriods = rangeLength(alarm, this.#options.assumptions);
      return { gate: { name: shortName(name), ...lineOf(resource), alarm, sources, rangePeriods } };
    } catch (error) {
      if (error instanceof AwsError) return refuse(error.message);
      throw error;
    }
  }

  #configuration(value: TemplateValue | undefined): Configuration | undefined {
    const name = typeof value === 'string' ? value : undefined;
    if (name === undefined) return undefined;
    const predefined = PREDEFINED.get(name);
    if (predefined) return { name: name.replace(SHORT, ''), routing: predefined };
    const own = this.#ofType('AWS::CodeDeploy::DeploymentConfig').find(
      ({ logicalId }) => this.#valuesOf(logicalId).ref === name,
    );
    const routing = own && routingOf(this.#properties(own));
    return routing && { name, routing };
  }

  #filters(resource: CompiledResource): readonly TemplateFilter[] {
    const { FilterPattern, MetricTransformations = [], LogGroupName } = this.#properties(resource);
    const readsLogOf = this.#writerOf(textIn(LogGroupName));
    const all = isTemplateList(MetricTransformations) ? MetricTransformations : [];
    return all.filter(isTemplateMap).map((it) => ({
      namespace: textIn(it['MetricNamespace']),
      metricName: textIn(it['MetricName']),
      pattern: textIn(FilterPattern),
      value: textIn(it['MetricValue']),
      ...(it['DefaultValue'] !== undefined && { defaultValue: Number(it['DefaultValue']) }),
      ...(readsLogOf !== undefined && { readsLogOf }),
    }));
  }

  /** The name of the function that writes to a log group. Source: cloudwatch reference 4.7 (D). */
  #writerOf(logGroupName: string): string | undefined {
    const names = this.#ofType('AWS::Lambda::Function').map((it) => {
      const name = this.#valuesOf(it.logicalId).ref;
      const own = mapIn(this.#properties(it), 'LoggingConfig')['LogGroup'];
      return { name, group: own === undefined ? `/aws/lambda/${name}` : textIn(own) };
    });
    return names.find(({ group }) => group === logGroupName)?.name;
  }

  #ofType(type: string): readonly CompiledResource[] {
    return [...this.#compiled.resources.values()].filter((it) => it.type === type);
  }

  #properties(resource: CompiledResource): TemplateMap {
    try {
      return resolveProperties(resource, this.#lookup, this.#compiled);
    } catch (error) {
      // A reference to something outside the template stays as it is written.
      if (error instanceof UserError) return resource.properties;
      throw error;
    }
  }

  /** What Ref and GetAtt give of a resource that does not exist yet: names where the template has them. */
  #valuesOf(id: string): ResourceValues {
    const known = this.#values.get(id);
    if (known) return known;
    const attributes = new Proxy<Record<string, unknown>>(
      {},
      {
        get: (_, name) => this.#attribute(id, String(name)),
        has: () => true,
        getOwnPropertyDescriptor: (_, name) => ({
          value: this.#attribute(id, String(name)),
          enumerable: true,
          configurable: true,
        }),
      },
    );
    this.#values.set(id, { ref: id, attributes });
    const values = { ref: this.#ref(id), attributes };
    this.#values.set(id, values);
    return values;
  }

  #ref(id: string): string {
    const resource = this.#compiled.resources.get(id);
    if (resource === undefined) return id;
    switch (resource.type) {
      case 'AWS::Lambda::Version':
        return `${arnOf(nameIn(this.#properties(resource)['FunctionName']))}:${NEW_VERSION}`;
      case 'AWS::Lambda::Alias': {
        const { FunctionName, Name } = this.#properties(resource);
        return `${arnOf(nameIn(FunctionName))}:${textIn(Name)}`;
      }
      default: {
        const property = NAMES[resource.type];
        const name = property === undefined ? undefined : this.#properties(resource)[property];
        return typeof name === 'string' ? name : id;
      }
    }
  }

  #attribute(id: string, name: string): string {
    const type = this.#compiled.resources.get(id)?.type;
    if (type === 'AWS::Lambda::Version' && name === 'Version') return NEW_VERSION;
    if (type === 'AWS::Lambda::Function' && name === 'Arn') return arnOf(this.#valuesOf(id).ref);
    return `${id}.${name}`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CodeDeploy::DeploymentConfig': 'DeploymentConfigName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

const arnOf = (functionName: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`;
/** A function by its name or its ARN. */
const nameIn = (value: TemplateValue | undefined): string =>
  textIn(value).replace(/^arn:[^:]+:lambda:[^:]+:\d+:function:/, '');
const textIn = (value: TemplateValue | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
const lineOf = ({ line }: CompiledResource): { line?: number } => (line === undefined ? {} : { line });
/** Names carry the stack's and the version's; on a page both only lengthen them. */
const shortName = (name: string): string => name.replace(/^stack-/, '').replace(new RegExp(`-?${NEW_VERSION}`), '');

function refOf(value: TemplateValue | undefined): string | undefined {
  return isTemplateMap(value) && typeof value['Ref'] === 'string' ? value['Ref'] : undefined;
}

function mapIn(map: TemplateMap, key: string): TemplateMap {
  const value = map[key];
  return isTemplateMap(value) ? value : {};
}

function statsOf({ watches }: Gate['alarm']): readonly { readonly id: string; readonly stat: MetricStat }[] {
  if (watches.type === 'stat') return [{ id: '', stat: watches }];
  return watches.queries.flatMap((query) => (query.type === 'stat' ? [{ id: query.id, stat: query }] : []));
}

function routingOf(properties: TemplateMap): TrafficRouting | undefined {
  const config = mapIn(properties, 'TrafficRoutingConfig');
  const canary = mapIn(config, 'TimeBasedCanary');
  const linear = mapIn(config, 'TimeBasedLinear');
  try {
    return customRouting({
      type: textIn(config['Type']),
      timeBasedCanary: {
        canaryPercentage: Number(canary['CanaryPercentage']),
        canaryInterval: Number(canary['CanaryInterval']),
      },
      timeBasedLinear: {
        linearPercentage: Number(linear['LinearPercentage']),
        linearInterval: Number(linear['LinearInterval']),
      },
    });
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
