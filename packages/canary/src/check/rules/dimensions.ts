/** Alarms that never see data, because a metric is the exact set of its dimensions and their exact values. */
import type { Rule } from '../finding.ts';
import { valueOf } from '../template/alarms.ts';
import type { Branch } from '../template/read-branch.ts';
import { text } from '../template/values.ts';
import { atMetric, type GateMetric, gateMetrics, setOf } from './gates.ts';

const SETS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': [
    '',
    'FunctionName',
    'FunctionName + Resource',
    'ExecutedVersion + FunctionName + Resource',
    'EventSourceMappingUUID',
    'EventSourceMappingUUID + FunctionName',
  ],
  'AWS/ApiGateway': [
    '',
    'ApiName',
    'ApiName + Stage',
    'ApiName + Method + Resource + Stage',
    'ApiId',
    'ApiId + Stage',
    'ApiId + Method + Resource + Stage',
    'ApiId + Route + Stage',
  ],
};

/** Managed instances have metrics of their own, whose sets are not in the notes. Source: L-MANAGED (D). */
const isOfCapacityProvider = ({ metric }: GateMetric): boolean => valueOf(metric, 'CapacityProviderName') !== undefined;

export const dimensionSet: Rule = {
  id: 'dimension-set',
  severity: 'error',
  title: 'An alarm asks for a set of dimensions that has no data',
  onAws:
    'A metric is the exact set of its dimensions. The alarm stays in INSUFFICIENT_DATA, which CodeDeploy does not take for an alarm: the release goes through.',
  cure: 'Name the dimensions of one of the sets that exist: for AWS/Lambda FunctionName, FunctionName + Resource, or FunctionName + Resource + ExecutedVersion.',
  source: 'P6, cloudwatch 4.1',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const sets = SETS[it.metric.namespace];
      const set = setOf(it.metric);
      if (sets === undefined || sets.includes(set) || isOfCapacityProvider(it)) continue;
      const known = sets.filter((name) => name !== '').join('; ');
      yield atMetric(
        it,
        'Dimensions',
        `${it.metric.namespace} has no metric with the dimensions ${set}. It has: ${known}.`,
      );
    }
  },
};

export const dimensionValue: Rule = {
  id: 'dimension-value',
  severity: 'error',
  title: 'A dimension has a value that the released function’s metric never has',
  onAws:
    'The alarm waits for a metric that nobody publishes, or that the alias’s calls are not counted in. It never leaves INSUFFICIENT_DATA because of the release.',
  cure: 'FunctionName is the name (!Ref), Resource is the name and the alias (!Sub ${Function}:live), ExecutedVersion is the number (!GetAtt Function.Version.Version).',
  source: 'P6, cloudwatch 4.1',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const wrong =
        it.metric.namespace === 'AWS/Lambda' ? lambdaMistake(it, branch) : (forgottenSub(it) ?? apiMistake(it, branch));
      if (wrong !== undefined) yield atMetric(it, 'Dimensions', wrong);
    }
  },
};

function forgottenSub({ metric }: GateMetric): string | undefined {
  const found = metric.dimensions.find(({ value }) => value.includes('${'));
  return found && `The dimension ${found.name} is the text "${found.value}": without !Sub nothing is put in.`;
}

function lambdaMistake(it: GateMetric, branch: Branch): string | undefined {
  return forgottenSub(it) ?? nameMistake(it, branch) ?? resourceMistake(it, branch) ?? versionMistake(it, branch);
}

function nameMistake({ metric, alias }: GateMetric, branch: Branch): string | undefined {
  const name = valueOf(metric, 'FunctionName');
  if (name === undefined || !branch.names.isKnown(name)) return undefined;
  if (name.startsWith('arn:')) return 'FunctionName is an ARN. The metric has the name alone.';
  if (name.includes(':')) return `FunctionName is "${branch.names.show(name)}". The qualifier belongs into Resource.`;
  const isLogicalId = branch.functions.some(
    (fn) => fn.id === name && branch.names.nameOf(fn.id) !== name && branch.names.isKnown(branch.names.nameOf(fn.id)),
  );
  if (isLogicalId)
    return `FunctionName is the text "${name}", the logical id. The function has another name on AWS; take !Ref ${name}.`;
  const close = name !== alias.functionName && name.toLowerCase() === alias.functionName.toLowerCase();
  return close ? `FunctionName is "${name}", the function is called "${alias.functionName}". Case counts.` : undefined;
}

function resourceMistake({ metric, alias }: GateMetric, branch: Branch): string | undefined {
  const { names } = branch;
  const value = valueOf(metric, 'Resource');
  const functionName = valueOf(metric, 'FunctionName');
  if (value === undefined || functionName === undefined || !names.isKnown(functionName)) return undefined;
  if (value.startsWith('arn:')) return 'Resource is an ARN. The metric has "name:alias".';
  if (!names.isKnown(value) && !names.isKnown(alias.aliasName) && value.endsWith(`:${alias.aliasName}`))
    return undefined;
  const [name = '', qualifier] = value.split(':');
  if (names.isKnown(name) && name !== functionName)
    return `Resource begins with "${names.show(name)}", FunctionName is "${names.show(functionName)}". Both are the function’s name.`;
  if (functionName !== alias.functionName) return undefined;
  if (qualifier === undefined)
    return `Resource is the name alone: calls without a qualifier. Calls through the alias "${alias.aliasName}" are not in it.`;
  if (names.versionIn(qualifier) !== undefined || /^\d+$/.test(qualifier))
    return `Resource names a version: calls of that version by its number. Calls through the alias "${alias.aliasName}" are not in it.`;
  if (!names.isKnown(qualifier) || !names.isKnown(alias.aliasName) || qualifier === alias.aliasName) return undefined;
  return `Resource names the alias "${qualifier}". Traffic is shifted on "${alias.aliasName}".`;
}

function versionMistake({ metric, alias }: GateMetric, branch: Branch): string | undefined {
  const { names } = branch;
  const value = valueOf(metric, 'ExecutedVersion');
  if (value === undefined || !names.isKnown(value)) return undefined;
  if (value.startsWith('arn:'))
    return 'ExecutedVersion is an ARN (!Ref of the version). The metric has the number: !GetAtt Function.Version.Version.';
  if (value === '$LATEST') return 'ExecutedVersion is $LATEST, which an alias with two versions cannot point to.';
  if (!/^\d+$/.test(value))
    return `ExecutedVersion is "${names.show(value)}". The metric has the number of the version.`;
  const version = names.versionIn(value);
  if (version !== undefined && value !== alias.versionNumber && valueOf(metric, 'FunctionName') === alias.functionName)
    return `ExecutedVersion is the ${names.show(value)}, another function’s.`;
  return undefined;
}

function apiMistake({ metric }: GateMetric, branch: Branch): string | undefined {
  if (metric.namespace !== 'AWS/ApiGateway') return undefined;
  const name = valueOf(metric, 'ApiName');
  const apis = branch.ofType('AWS::ApiGateway::RestApi');
  const called = (id: string): string => text(branch.resources.get(id)?.properties['Name']) ?? '';
  const rest = apis.find(({ id }) => branch.names.nameOf(id) === name);
  if (rest !== undefined) return `ApiName is !Ref ${rest.id}, which is the API’s id. The metric has the API’s name.`;
  const byId = apis.find(({ id }) => id === name && called(id) !== name && branch.names.isKnown(called(id)));
  if (byId !== undefined)
    return `ApiName is the text "${byId.id}", the logical id. The API is called "${branch.names.show(called(byId.id))}".`;
  const close = apis.find(({ id }) => called(id) !== name && called(id).toLowerCase() === name?.toLowerCase());
  if (close !== undefined) return `ApiName is "${name}", the API is called "${called(close.id)}". Case counts.`;
  const id = valueOf(metric, 'ApiId');
  const isOurs =
    apis.some((api) => called(api.id) === name) ||
    branch.ofType('AWS::ApiGatewayV2::Api').some((api) => branch.names.nameOf(api.id) === id);
  return apiIdMistake(id, branch) ?? (isOurs ? stageMistake(valueOf(metric, 'Stage'), branch) : undefined);
}

function apiIdMistake(id: string | undefined, branch: Branch): string | undefined {
  const api = branch
    .ofType('AWS::ApiGatewayV2::Api')
    .find((it) => id !== undefined && (it.id === id || text(it.properties['Name']) === id));
  return api && `ApiId is the text "${id}". The metric has the API’s id: !Ref ${api.id}.`;
}

/** A stage that is spelt like one of the template's, in another case. */
function stageMistake(stage: string | undefined, branch: Branch): string | undefined {
  const stages = ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'].flatMap((type) =>
    branch.ofType(type).map(({ id }) => branch.names.nameOf(id)),
  );
  if (stage === undefined || stages.includes(stage)) return undefined;
  const close = stages.find((it) => it.toLowerCase() === stage.toLowerCase());
  return close && `Stage is "${stage}", the stage is called "${close}". Case counts.`;
}

export const fixedVersion: Rule = {
  id: 'fixed-version',
  severity: 'warning',
  title: 'An alarm watches one version for ever',
  onAws: 'The number of the version never comes again: releases after it are not watched.',
  cure: 'Take the number of the version that is being released: !GetAtt Function.Version.Version.',
  source: 'P7, cloudwatch 4.2',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const value = valueOf(it.metric, 'ExecutedVersion');
      if (value === undefined || !/^\d+$/.test(value) || branch.names.versionIn(value) !== undefined) continue;
      if (branch.names.isKnown(value)) yield atMetric(it, 'Dimensions', `ExecutedVersion is always ${value}.`);
    }
  },
};

export const otherFunction: Rule = {
  id: 'other-function',
  severity: 'warning',
  title: 'An alarm watches another function than the one released',
  onAws: 'Faults of the released function do not reach the alarm; faults of the other one stop the release.',
  cure: 'Watch the released function’s own metric, or say in an ignore’s reason why the other one counts.',
  source: 'P6',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const name = valueOf(it.metric, 'FunctionName');
      if (it.metric.namespace !== 'AWS/Lambda' || name === undefined || name === it.alias.functionName) continue;
      const other = branch.functions.find((fn) => branch.names.nameOf(fn.id) === name);
      if (other === undefined) {
        const isSaid = nameMistake(it, branch) !== undefined || name.includes('${');
        if (!isSaid && !branch.isOpen && branch.names.isKnown(name))
          yield atMetric(it, 'Dimensions', `The alarm watches "${name}", which this template does not make.`);
        continue;
      }
      const watched = branch.aliases.filter(({ alarms }) =>
        alarms.some(({ resource }) => resource.id === it.alarm.resource.id),
      );
      if (watched.some(({ functionId }) => functionId === other.id)) continue;
      yield {
        ...atMetric(
          it,
          'Dimensions',
          `The alarm watches ${other.id}; the release it can stop is one of ${it.alias.functionId}.`,
        ),
      };
    }
  },
};

export const dimensionRules: readonly Rule[] = [dimensionSet, dimensionValue, fixedVersion, otherFunction];
