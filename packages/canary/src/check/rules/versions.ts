/** Alarms that cannot tell the new version from the old one, or that carry the state of one into the release of the next. */
import type { Rule } from '../finding.ts';
import { eachAlarm, atAlarm, isOfOneVersion } from './gates.ts';

export const mixesVersions: Rule = {
  id: 'mixes-versions',
  severity: 'warning',
  title: 'An alarm counts the old version and the new one together',
  onAws:
    'Faults of the version that is live stop the release of its fix; and a canary that always fails moves a rate only by its share of the traffic.',
  cure: 'Watch the new version alone: add ExecutedVersion (!GetAtt Function.Version.Version) to FunctionName and Resource; log the version and filter on it.',
  source: 'P7, cloudwatch 4.1',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      const { metrics } = gate.alarm;
      if (metrics.length === 0 || metrics.some((metric) => isOfOneVersion(metric, branch))) continue;
      const [metric] = metrics;
      const isGateway = metrics.every(({ namespace }) => namespace === 'AWS/ApiGateway');
      const message = isGateway
        ? `${metric?.metricName ?? 'The metric'} of API Gateway knows no versions: the alarm hears both.`
        : `${branch.names.show(metric?.metricName ?? 'The metric')} is not that of one version.`;
      yield {
        ...atAlarm(gate, metrics[0]?.at.length === 0 ? 'Dimensions' : 'Metrics', message),
        ...(isGateway && { severity: 'note' }),
      };
    }
  },
};

export const nameSurvives: Rule = {
  id: 'alarm-name-survives',
  severity: 'warning',
  title: 'An alarm keeps its name, and with it its state, from version to version',
  onAws:
    'PutMetricAlarm keeps the state. After a failed release the alarm is still in ALARM when the fix arrives seconds later, and CodeDeploy stops the fix at once (ALARM_ACTIVE).',
  cure: 'Put the version into AlarmName (!Sub with !GetAtt Function.Version.Version), so that every release has an alarm without a past; or wait for OK before deploying.',
  source: 'P2, P3',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      if (branch.names.versionIn(gate.alarm.name) !== undefined) continue;
      const which = gate.alarm.hasOwnName
        ? `AlarmName "${branch.names.show(gate.alarm.name)}"`
        : 'The name that CloudFormation makes up';
      yield atAlarm(gate, 'AlarmName', `${which} is the same for every version.`);
    }
  },
};

export const versionRules: readonly Rule[] = [mixesVersions, nameSurvives];
