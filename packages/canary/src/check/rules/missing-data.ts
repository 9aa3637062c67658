/** What silence does to an alarm. */
import type { Rule } from '../finding.ts';
import { atAlarm, eachAlarm, type Gate, isOfOneVersion } from './gates.ts';
import type { Branch } from '../template/read-branch.ts';
import { worstValue } from './worst-fault.ts';

export const silenceBreaches: Rule = {
  id: 'silence-breaches',
  severity: 'warning',
  title: 'A new version without data yet counts as broken',
  onAws:
    'The metric of a version that nobody has called yet is silent, silence is breaching, and the alarm is in ALARM before the first request. CodeDeploy stops every release, good ones too.',
  cure: 'TreatMissingData: notBreaching, and a pre-traffic hook that calls the new version.',
  source: 'cloudwatch 3.4, P2',
  *judge(branch) {
    for (const gate of eachAlarm(branch))
      if (
        gate.alarm.stopsAlone &&
        gate.alarm.treatMissingData === 'breaching' &&
        gate.alarm.metrics.some((metric) => isOfOneVersion(metric, branch))
      )
        yield atAlarm(
          gate,
          'TreatMissingData',
          'Missing data is breaching, and the new version has none before its first request.',
        );
  },
};

export const silenceHolds: Rule = {
  id: 'silence-holds',
  severity: 'warning',
  title: 'An alarm that stays in ALARM through silence',
  onAws:
    'With ignore, an alarm whose metric falls silent keeps its state. Where good requests leave no data, nothing ends the ALARM of a failed release, and it blocks the next one for ever; where they do, it lasts until one comes.',
  cure: 'TreatMissingData: notBreaching, or a filter with DefaultValue: 0.',
  source: 'P4, cloudwatch 3.4',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      const { name, stopsAlone, treatMissingData } = gate.alarm;
      if (stopsAlone && treatMissingData === 'ignore' && branch.names.versionIn(name) === undefined)
        yield hasGoodData(gate, branch)
          ? {
              ...atAlarm(
                gate,
                'TreatMissingData',
                'Missing data is ignored: after a fault nothing but a good request brings the alarm back.',
              ),
              severity: 'note',
            }
          : atAlarm(
              gate,
              'TreatMissingData',
              'Missing data is ignored: nothing brings the alarm back once the metric is silent.',
            );
    }
  },
};

/** Do requests that go well give the alarm a value? */
const hasGoodData = ({ alarm, alias }: Gate, branch: Branch): boolean =>
  worstValue(alarm, alias, branch, 1, 1, 0) !== undefined;

/** Statistics whose fall is a lack of something. */
const VOLUMES = new Set(['Sum', 'SampleCount']);

export const silenceHides: Rule = {
  id: 'silence-hides',
  severity: 'warning',
  title: 'An alarm on too little of something that silence satisfies',
  onAws: 'A version that does nothing at all publishes nothing: missing data is not breaching, and the alarm stays OK.',
  cure: 'TreatMissingData: breaching where traffic is certain; a filter with DefaultValue: 0; or a hook that looks.',
  source: 'P5, cloudwatch 3.4',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      const { alarm } = gate;
      const [metric] = alarm.metrics;
      if (metric === undefined || alarm.resultId !== undefined || !VOLUMES.has(metric.stat)) continue;
      if (!alarm.comparisonOperator.startsWith('Less') || alarm.treatMissingData === 'breaching') continue;
      yield atAlarm(
        gate,
        'TreatMissingData',
        `The alarm waits for a low ${metric.stat} of ${branch.names.show(metric.metricName)}, and takes none at all for ${alarm.treatMissingData === 'notBreaching' ? 'good' : 'no news'}.`,
      );
    }
  },
};

export const missingDataRules: readonly Rule[] = [silenceBreaches, silenceHolds, silenceHides];
