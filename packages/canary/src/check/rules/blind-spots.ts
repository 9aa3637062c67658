/** Faults that no gate of an alias can see. */
import type { Rule } from '../finding.ts';
import type { WatchedMetric } from '../template/alarms.ts';
import { bakeMinutes, type GatedAlias } from '../template/gated-alias.ts';
import type { Branch } from '../template/read-branch.ts';
import { record, text } from '../template/values.ts';
import { unusedGroups } from './by-hand.ts';
import { atAlias } from './gates.ts';

const shifts = ({ routing }: GatedAlias): boolean => routing === undefined || bakeMinutes(routing) > 0;

export const noGate: Rule = {
  id: 'no-gate',
  severity: 'error',
  title: 'Nothing can stop the release',
  onAws:
    'CodeDeploy moves the traffic step by step and looks at nothing. A broken release reaches everybody, only later.',
  cure: 'Give the deployment preference alarms, and hooks.',
  source: 'codedeploy 3.4',
  *judge(branch) {
    for (const alias of branch.aliases)
      if (alias.group !== undefined && alias.alarmNames.length === 0 && alias.hooks.length === 0 && shifts(alias))
        yield atAlias(alias, undefined, `The release of ${alias.functionId} has neither alarms nor hooks.`);
  },
};

export const unwatchedBake: Rule = {
  id: 'unwatched-bake',
  severity: 'warning',
  title: 'Nobody watches while traffic shifts',
  onAws: 'Hooks run before the first request and after the last shift; in between only alarms can stop a release.',
  cure: 'Add alarms on the new version.',
  source: 'codedeploy 3.3',
  *judge(branch) {
    for (const alias of branch.aliases)
      if (alias.group !== undefined && alias.alarmNames.length === 0 && alias.hooks.length > 0 && shifts(alias))
        yield atAlias(alias, undefined, `The release of ${alias.functionId} has hooks and no alarms.`);
  },
};

const allMetrics = ({ alarms }: GatedAlias): readonly WatchedMetric[] => alarms.flatMap(({ metrics }) => metrics);

/** All alarms are in the template, so that what they watch is known. */
const knowsAll = (alias: GatedAlias, branch: Branch): boolean =>
  alias.alarmNames.length > 0 &&
  alias.alarmNames.every(
    (name) => branch.named('AWS::CloudWatch::Alarm', name) ?? branch.named('AWS::CloudWatch::CompositeAlarm', name),
  );

const COUNTS_CRASHES = /^(?:Errors|Url5xxCount)$/;
const isGatewayFault = ({ namespace, metricName }: WatchedMetric): boolean =>
  namespace === 'AWS/ApiGateway' && /^5xx/i.test(metricName);

export const invisibleCrashes: Rule = {
  id: 'invisible-crashes',
  severity: 'warning',
  title: 'A crash goes unseen',
  onAws:
    'A handler that throws, times out or runs out of memory writes no line of its own: what reads lines or the function’s own metrics sees nothing.',
  cure: 'Add an alarm on AWS/Lambda Errors of the new version.',
  source: 'cloudwatch 4.1',
  *judge(branch) {
    for (const alias of branch.aliases) {
      if (!knowsAll(alias, branch)) continue;
      const seen = allMetrics(alias).some(
        (metric) =>
          isGatewayFault(metric) || (metric.namespace === 'AWS/Lambda' && COUNTS_CRASHES.test(metric.metricName)),
      );
      if (!seen)
        yield atAlias(alias, 'Alarms', `No alarm of ${alias.functionId} counts crashes, time-outs and out-of-memory.`);
    }
  },
};

export const invisibleAnswers: Rule = {
  id: 'invisible-answers',
  severity: 'warning',
  title: 'An error that is answered goes unseen',
  onAws:
    'A handler that catches its error and answers { statusCode: 500 } has ended well for Lambda: Errors stays 0. Whether it does so is up to the code.',
  cure: 'Add an alarm on a metric filter over the function’s response lines, on a metric of its own, or on the API’s 5XXError (5xx for HTTP APIs).',
  source: 'P8, T4',
  *judge(branch) {
    for (const alias of branch.aliases) {
      if (!knowsAll(alias, branch) || !answersHttp(alias, branch)) continue;
      const isBlind = allMetrics(alias).every(
        ({ namespace, metricName }) => namespace === 'AWS/Lambda' && metricName !== 'Url5xxCount',
      );
      if (isBlind && alias.alarms.length > 0)
        yield atAlias(alias, 'Alarms', `The alarms of ${alias.functionId} watch AWS/Lambda alone.`);
    }
  },
};

const APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::Lambda::Url'];

/** Does an event, an API of the template or a function URL reach the function? An API's text names the function. */
function answersHttp({ functionId, functionName }: GatedAlias, branch: Branch): boolean {
  const events = Object.values(record(record(branch.written(functionId)['Properties'])['Events']));
  if (events.some((event) => ['Api', 'HttpApi'].includes(text(record(event)['Type']) ?? ''))) return true;
  return [...branch.resources.values()].some(
    ({ type, properties }) => APIS.includes(type) && JSON.stringify(properties).includes(functionName),
  );
}

export const notShifted: Rule = {
  id: 'not-shifted',
  severity: 'note',
  title: 'Nothing here is released by CodeDeploy',
  onAws: 'Every change goes to all callers at once. No alarm and no hook can stop it; there is nothing to judge here.',
  cure: 'AutoPublishAlias and a DeploymentPreference, where alarms or hooks should guard a release.',
  source: 'codedeploy 1.1, 4.1',
  *judge(branch) {
    const { aliases, functions, body } = branch;
    // Somebody else starts their deployments.
    if (unusedGroups(branch).length > 0) return;
    const written = functions.filter(({ id }) => id in record(body['Resources']));
    const [first] = written;
    if (aliases.length > 0 || first === undefined) return;
    const others = written.length - 1;
    const who = others === 0 ? first.id : `${first.id} and ${others} other${others === 1 ? '' : 's'}`;
    yield { resourceId: first.id, message: `No alias of ${who} is moved by CodeDeploy.` };
  },
};

export const blindSpotRules: readonly Rule[] = [notShifted, noGate, unwatchedBake, invisibleCrashes, invisibleAnswers];
