/** The list of alarms that CodeDeploy is given, and alarms that CloudWatch refuses. */
import { alarmInput, AwsError, readMetricAlarm } from '@unicorns/cloud/inspect';
import type { Rule } from '../finding.ts';
import { childrenInRule } from '../template/composite-children.ts';
import type { Branch } from '../template/read-branch.ts';
import { type Properties, text } from '../template/values.ts';
import { atAlarm, atAlias, eachAlarm, quoted } from './gates.ts';

const MOST_ALARMS = 10;

export const tooManyAlarms: Rule = {
  id: 'too-many-alarms',
  severity: 'error',
  title: 'More alarms than CodeDeploy takes',
  onAws:
    'SAM lets them pass; CodeDeploy refuses the group (AlarmsLimitExceededException; InvalidAlarmConfigException for one that is there twice), and the stack rolls back.',
  cure: 'At most ten, each once. Put several into a composite alarm.',
  source: 'P26, codedeploy 2.2, 3.4.7',
  *judge(branch) {
    for (const alias of branch.aliases) {
      const { alarmNames } = alias;
      if (alarmNames.length > MOST_ALARMS)
        yield atAlias(
          alias,
          'Alarms',
          `${alarmNames.length} alarms guard ${alias.functionId}; ${MOST_ALARMS} are allowed.`,
        );
      const twice = alarmNames.filter((name, i) => alarmNames.indexOf(name) !== i);
      if (twice.length > 0)
        yield atAlias(
          alias,
          'Alarms',
          `${quoted([...new Set(twice)].map((name) => branch.names.show(name)))} is there twice. Entries of Globals are added to the function’s own.`,
        );
    }
  },
};

export const strayAlarm: Rule = {
  id: 'alarm-by-logical-id',
  severity: 'warning',
  title: 'An alarm is named by its logical id',
  onAws:
    'The alarm has another name. What CodeDeploy does with a name that no alarm has is not documented (assumption: it stops).',
  cure: 'Write !Ref before it.',
  source: 'codedeploy 3.4.5',
  *judge(branch) {
    for (const alias of branch.aliases) {
      const stray = alias.alarmNames.filter((name) => {
        const type = branch.resources.get(name)?.type;
        return type?.startsWith('AWS::CloudWatch::') === true && branch.names.nameOf(name) !== name;
      });
      if (stray.length > 0)
        yield atAlias(alias, 'Alarms', `${quoted(stray)}: the text of a logical id, not the alarm’s name.`);
    }
  },
};

export const alarmRefused: Rule = {
  id: 'alarm-refused',
  severity: 'error',
  title: 'An alarm that CloudWatch refuses',
  onAws: 'PutMetricAlarm answers with this error, and the stack rolls back.',
  cure: 'Correct what the message names.',
  source: 'cloudwatch 3.3, 3.7, 3.8',
  *judge(branch) {
    for (const gate of eachAlarm(branch)) {
      const search = gate.alarm.expressions.find((it) => /\bSEARCH\s*\(/i.test(it.text));
      if (search !== undefined) {
        const message = `Error in expression '${search.id}': SEARCH is not supported on Metric Alarms.`;
        yield { resourceId: gate.alarm.resource.id, at: ['Properties', ...search.at], message };
        continue;
      }
      const wrong = refusal(gate.alarm.resource.properties, gate.alarm.name, branch);
      if (wrong !== undefined && !gate.alarm.isAnomalyDetection)
        yield {
          ...atAlarm(gate, 'ComparisonOperator', branch.names.show(wrong)),
          // The guide only advises against them.
          ...(wrong.endsWith('gives a scalar.') && { severity: 'warning' }),
        };
    }
    for (const { id, properties } of branch.ofType('AWS::CloudWatch::CompositeAlarm')) {
      const rule = text(properties['AlarmRule']) ?? '';
      if (branch.names.isKnown(rule) && childrenInRule(rule) === undefined)
        yield {
          resourceId: id,
          at: ['Properties', 'AlarmRule'],
          message: `The rule ${branch.names.show(rule)} does not follow the grammar of composite alarms.`,
        };
      const without = PERIODS.filter((name) => properties[name] === undefined);
      if (properties['ActionsSuppressor'] !== undefined && without.length > 0)
        yield {
          resourceId: id,
          at: ['Properties', 'ActionsSuppressor'],
          message: `ActionsSuppressor stands without ${without.join(' and ')}, which it requires.`,
        };
    }
  },
};

/** What comes with a suppressor. Source: API-PCA (D). */
const PERIODS = ['ActionsSuppressorWaitPeriod', 'ActionsSuppressorExtensionPeriod'];

/** PutMetricAlarm's answer to what CloudFormation would send; undefined for an alarm that it takes. */
function refusal(p: Properties, name: string, branch: Branch): string | undefined {
  if (branch.isOpen || !branch.names.isKnown(JSON.stringify(p))) return undefined;
  try {
    // Whether its texts are of the API's enumerations is what the reader finds out.
    readMetricAlarm(alarmInput(name, p) as Parameters<typeof readMetricAlarm>[0]);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return /outside the slice|cannot be rehearsed|docs\/slice/.test(error.message) ? undefined : error.message;
  }
}

export const anomalyGate: Rule = {
  id: 'anomaly-gate',
  severity: 'note',
  title: 'A gate that learns from history',
  onAws:
    'An anomaly detection band needs up to two weeks of data of the very metric; a metric of a new version has none. What the band does with a canary cannot be foretold.',
  cure: 'Add an alarm with a fixed threshold beside it.',
  source: 'cloudwatch 3.8',
  *judge(branch) {
    for (const gate of eachAlarm(branch))
      if (gate.alarm.isAnomalyDetection)
        yield atAlarm(gate, 'ThresholdMetricId', 'The alarm compares with an anomaly detection band.');
  },
};

export const alarmElsewhere: Rule = {
  id: 'alarm-elsewhere',
  severity: 'note',
  title: 'A gate that the template does not hold',
  onAws: 'It may work well. What it watches is not seen here, and findings may be missing.',
  cure: 'Check the template that makes the alarm; or make it here, where it can name the new version.',
  source: 'ours',
  *judge(branch) {
    for (const alias of branch.aliases) {
      // SAM makes an alias without its group only of a function that it refuses.
      if (alias.group === undefined && branch.isWritten(alias.resource.id) && !branch.isOpen)
        yield {
          resourceId: alias.resource.id,
          document: ['Resources', alias.resource.id, 'UpdatePolicy'],
          message: `The deployment group that moves ${alias.resource.id}, and with it the alarms, is not in this template.`,
        };
      const isHere = (name: string): boolean =>
        branch.resources.has(name) ||
        ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].some((type) => branch.named(type, name));
      const elsewhere = alias.alarmNames.filter((name) => !isHere(name));
      if (elsewhere.length === 0 || branch.isOpen) continue;
      const [first = ''] = elsewhere;
      const isNamed = branch.names.isKnown(first) && !branch.names.isMadeUp(first);
      const one = isNamed ? `The alarm ${quoted([first])} that guards` : 'An alarm that guards';
      const who = elsewhere.length === 1 ? one : `${elsewhere.length} alarms that guard`;
      const verb = elsewhere.length === 1 ? 'is' : 'are';
      const files = [...new Set(elsewhere.flatMap((name) => branch.alarmsElsewhere.get(name) ?? []))];
      const where =
        files.length === 0
          ? ''
          : `; ${files.join(' and ')}, judged alone, makes ${files.length === 1 && elsewhere.length === 1 ? 'it' : 'some of them'}`;
      yield atAlias(alias, 'Alarms', `${who} ${alias.functionId} ${verb} not in this template${where}.`);
    }
  },
};

export const alarmListRules: readonly Rule[] = [tooManyAlarms, alarmElsewhere, strayAlarm, alarmRefused, anomalyGate];
