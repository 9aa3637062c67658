/** Stacks of one account that feed one another's alarms. */
import { referencesIn, type TemplateMap, type TemplateValue } from '@unicorns/cloud/inspect';
import type { Rule } from '../finding.ts';
import { declaredParameters } from '../template/guess-parameters.ts';
import type { Branch } from '../template/read-branch.ts';
import { atAlarm, eachAlarm, isOfAws } from './gates.ts';

const PER_STACK = new Set(['AWS::StackName', 'AWS::StackId']);

/** Does the text differ from stack to stack? Then a parameter, the stack's name or a made-up name is in it. */
function differsByStack(written: TemplateValue, open: TemplateValue, branch: Branch): boolean {
  const parameters = declaredParameters(branch.body);
  const isGiven = (name: string): boolean => PER_STACK.has(name) || name in parameters;
  if (referencesIn(written).some(({ name }) => isGiven(name))) return true;
  return referencesIn(open).some(({ name }) => {
    const resource = branch.resources.get(name);
    return resource !== undefined && resource.type !== 'AWS::Lambda::Version' && hasOwnName(name, branch);
  });
}

/** Has the resource another name in every stack? */
function hasOwnName(id: string, branch: Branch): boolean {
  if (branch.names.isMadeUp(branch.names.nameOf(id))) return true;
  const written = branch.writtenProperties(id);
  const name = written['FunctionName'] ?? written['LogGroupName'] ?? written['Name'];
  return (
    name === undefined ||
    referencesIn(name).some((it) => PER_STACK.has(it.name) || it.name in declaredParameters(branch.body))
  );
}

const identity = (properties: TemplateMap): TemplateValue =>
  ['Namespace', 'MetricName', 'Dimensions', 'Metrics'].map((name) => properties[name] ?? null);

export const sharedMetric: Rule = {
  id: 'stages-share-metric',
  severity: 'warning',
  title: 'Two stages in one account feed the same metric',
  onAws:
    'Version numbers repeat from stage to stage: faults of a test stage stop the release of production, and its good traffic dilutes production’s rates.',
  cure: 'Put ${AWS::StackName} into the namespace or the metric’s name.',
  source: 'cloudwatch 3.1',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      const { alarm, alias } = gate;
      if (alarm.metrics.length === 0 || alarm.metrics.some(isOfAws)) continue;
      // A function with a name of its own cannot be there twice, and so its stack cannot either.
      if (!hasOwnName(alias.functionId, branch)) continue;
      const written = branch.writtenProperties(alarm.resource.id);
      if (differsByStack(identity(written), identity(alarm.resource.open), branch)) continue;
      const [metric] = alarm.metrics;
      yield atAlarm(
        gate,
        metric?.at.length === 0 ? 'Namespace' : 'Metrics',
        `${branch.names.show(metric?.namespace ?? '')} ${branch.names.show(metric?.metricName ?? '')} is the same metric in every stack.`,
      );
    }
  },
};

export const stageRules: readonly Rule[] = [sharedMetric];
