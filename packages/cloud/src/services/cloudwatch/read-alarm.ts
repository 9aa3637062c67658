/** From the API's words to an alarm's configuration: what PutMetricAlarm and PutCompositeAlarm accept. Source: API-PMA, API-PCA (D). */
import type { MetricDataQuery, PutCompositeAlarmInput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { World } from '../../world-state.ts';
import { childNames, parentsOf } from './composite-alarms.ts';
import { alarmNameOf, parseRule, RuleError } from './composite-rule.ts';
import { readAlarmQueries } from './read-queries.ts';
import type { AlarmBase, CompositeAlarmConfiguration, MetricAlarmConfiguration, Suppressor } from './state.ts';
import { isBasicStatistic, parseStatistic } from './statistics.ts';
import {
  checkAtMost,
  checkLength,
  constraintError,
  invalidCombination,
  invalidValue,
  missingParameter,
  oneOf,
  outsideTheSlice,
  readDimensions,
  readUnit,
  validationError,
} from './validation.ts';

const OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
/** Members of PutMetricAlarm that a rehearsal does not act on. */
export const REFUSED_MEMBERS = [
  'EvaluationCriteria',
  'EvaluationWindow',
  'EvaluationInterval',
  'WarmUpConfiguration',
  'ActionConfiguration',
] as const;
/** They compare with an anomaly detection band. */
export const BAND_OPERATORS = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];
const MOST_CHILDREN = 100;
const MOST_PARENTS = 150;
const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

export function readMetricAlarm(input: PutMetricAlarmInput): MetricAlarmConfiguration {
  refuseUnsupported(input);
  const base = readBase(input);
  const { EvaluationPeriods: n, DatapointsToAlarm: m, Threshold: threshold } = input;
  const comparisonOperator = oneOf(input.ComparisonOperator, 'comparisonOperator', OPERATORS);
  if (n === undefined || n < 1)
    throw constraintError(
      n,
      'evaluationPeriods',
      n === undefined ? 'not be null' : 'have value greater than or equal to 1',
    );
  if (m !== undefined && m < 1) throw constraintError(m, 'datapointsToAlarm', 'have value greater than or equal to 1');
  if (m !== undefined && m > n)
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  if (threshold === undefined) throw missingParameter('The parameter Threshold is required.');
  const watches = input.Metrics === undefined ? readStat(input) : readMath(input, input.Metrics);
  checkSpan(watches.periodSeconds, n);
  return {
    type: 'metric',
    ...base,
    watches,
    evaluationPeriods: n,
    ...(m === undefined ? {} : { datapointsToAlarm: m }),
    threshold,
    comparisonOperator,
    ...readTreatments(input, watches.type === 'stat' ? watches.stat : undefined),
  };
}

/** Low samples are a matter of percentiles alone: cdklabs/cdk-monitoring-constructs#229 reports the refusal (C). */
function readTreatments(
  { TreatMissingData, EvaluateLowSampleCountPercentile: low }: PutMetricAlarmInput,
  stat: string | undefined,
): Pick<MetricAlarmConfiguration, 'treatMissingData' | 'evaluateLowSampleCountPercentile'> {
  if (low !== undefined && !stat?.startsWith('p'))
    throw invalidCombination('EvaluateLowSampleCountPercentile can only be used with a percentile statistic.');
  return {
    ...(TreatMissingData === undefined
      ? {}
      : { treatMissingData: oneOf(TreatMissingData, 'treatMissingData', TREATMENTS) }),
    ...(low === undefined
      ? {}
      : { evaluateLowSampleCountPercentile: oneOf(low, 'evaluateLowSampleCountPercentile', ['evaluate', 'ignore']) }),
  };
}

function refuseUnsupported(input: PutMetricAlarmInput): void {
  const alarm = `The alarm "${input.AlarmName}"`;
  if (input.ThresholdMetricId !== undefined || BAND_OPERATORS.includes(input.ComparisonOperator ?? ''))
    throw outsideTheSlice(`${alarm} compares with an anomaly detection band, which needs training history`);
  for (const name of REFUSED_MEMBERS) if (input[name] !== undefined) throw outsideTheSlice(`${alarm} uses ${name}`);
}

function readBase(input: PutMetricAlarmInput | PutCompositeAlarmInput): AlarmBase {
  const { AlarmName, AlarmDescription, ActionsEnabled = true } = input;
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [], Tags = [] } = input;
  checkLength(AlarmName, 'alarmName', 1, 255);
  if (AlarmDescription !== undefined) checkLength(AlarmDescription, 'alarmDescription', 0, 1_024);
  checkAtMost(OKActions, 'oKActions', 5);
  checkAtMost(AlarmActions, 'alarmActions', 5);
  checkAtMost(InsufficientDataActions, 'insufficientDataActions', 5);
  checkAtMost(Tags, 'tags', 50);
  return {
    alarmName: AlarmName ?? '',
    ...(AlarmDescription === undefined ? {} : { alarmDescription: AlarmDescription }),
    actionsEnabled: ActionsEnabled,
    okActions: OKActions,
    alarmActions: AlarmActions,
    insufficientDataActions: InsufficientDataActions,
    tags: Tags.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value })),
  };
}

function readStat(input: PutMetricAlarmInput): MetricAlarmConfiguration['watches'] {
  const { Namespace, MetricName, Period, Statistic, ExtendedStatistic, Unit } = input;
  if (MetricName === undefined) throw missingParameter('The parameter MetricName is required unless Metrics is given.');
  if (Period === undefined) throw missingParameter('The parameter Period is required unless Metrics is given.');
  checkLength(Namespace, 'namespace', 1, 255);
  checkLength(MetricName, 'metricName', 1, 255);
  checkPeriod(Period);
  return {
    type: 'stat',
    namespace: Namespace ?? '',
    metricName: MetricName,
    dimensions: readDimensions(input.Dimensions),
    periodSeconds: Period,
    stat: readStatistic(Statistic, ExtendedStatistic),
    ...readUnit(Unit),
  };
}

/** `Statistic` has the five basic ones, `ExtendedStatistic` the others; one of them. Source: API-PMA (D). */
function readStatistic(basic: string | undefined, extended: string | undefined): string {
  if (basic !== undefined && extended !== undefined)
    throw invalidCombination('Statistic and ExtendedStatistic cannot both be specified.');
  if (basic !== undefined) return oneOf(basic, 'statistic', STATISTICS);
  if (extended === undefined)
    throw missingParameter('One of the parameters Statistic and ExtendedStatistic is required.');
  if (isBasicStatistic(extended) || parseStatistic(extended) === undefined)
    throw invalidValue(`The value ${extended} for parameter ExtendedStatistic is not supported.`);
  return extended;
}

function readMath(
  input: PutMetricAlarmInput,
  metrics: readonly MetricDataQuery[],
): MetricAlarmConfiguration['watches'] {
  const single = ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Unit', 'Statistic', 'ExtendedStatistic'] as const;
  const given = single.filter((name) =>
    name === 'Dimensions' ? (input.Dimensions?.length ?? 0) > 0 : input[name] !== undefined,
  );
  if (given.length > 0) throw invalidCombination(`Metrics cannot be specified together with ${given.join(', ')}.`);
  const watches = readAlarmQueries(metrics);
  checkPeriod(watches.periodSeconds);
  return { type: 'math', ...watches };
}

function checkPeriod(seconds: number): void {
  if (seconds < 1) throw constraintError(seconds, 'period', 'have value greater than or equal to 1');
  if (![10, 20, 30].includes(seconds) && seconds % 60 !== 0)
    throw validationError('Period must be 10, 20, 30 or a multiple of 60');
}

/** N × period: at most a day, or seven days from a period of an hour on. Source: API-PMA (D). */
function checkSpan(periodSeconds: number, evaluationPeriods: number): void {
  const [words, most] = periodSeconds < 3_600 ? ['a day', 86_400] : ['seven days', 604_800];
  if (periodSeconds * evaluationPeriods > most)
    throw validationError(
      `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${most}).`,
    );
}

export function readCompositeAlarm(world: World, input: PutCompositeAlarmInput): CompositeAlarmConfiguration {
  const base = readBase(input);
  const { AlarmRule: rule } = input;
  if (rule === undefined || rule !== rule.trim() || rule === '')
    throw validationError('AlarmRule must not contain leading or trailing whitespace or be null');
  checkLength(rule, 'alarmRule', 1, 10_240);
  const suppressor = readSuppressor(world, input);
  const configuration: CompositeAlarmConfiguration = {
    type: 'composite',
    ...base,
    alarmRule: rule,
    ...(suppressor !== undefined && { suppressor }),
  };
  const children = childrenIn(configuration);
  if (children.length > MOST_CHILDREN)
    throw validationError(`AlarmRule must not refer to more than ${MOST_CHILDREN} alarms`);
  const unknown = children.filter((name) => name !== base.alarmName && !world.cloudwatch.alarms.has(name));
  if (unknown.length > 0)
    throw validationError(
      `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist`,
    );
  refuseCrowded(world, children, base.alarmName);
  return configuration;
}

/** Both periods belong to a suppressor, which exists. Source: API-PCA (D); the words are ours. */
function readSuppressor(world: World, input: PutCompositeAlarmInput): Suppressor | undefined {
  const {
    ActionsSuppressor: nameOrArn,
    ActionsSuppressorWaitPeriod: waitSeconds,
    ActionsSuppressorExtensionPeriod: extensionSeconds,
  } = input;
  const given = [nameOrArn, waitSeconds, extensionSeconds].filter((each) => each !== undefined);
  if (given.length === 0) return undefined;
  if (nameOrArn === undefined || waitSeconds === undefined || extensionSeconds === undefined)
    throw validationError(
      'ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must be specified together',
    );
  if (waitSeconds < 0 || extensionSeconds < 0)
    throw validationError('ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must not be negative');
  if (!world.cloudwatch.alarms.has(alarmNameOf(nameOrArn)))
    throw validationError(`Could not save the composite alarm as its actions suppressor ${nameOrArn} does not exist`);
  return { nameOrArn, waitSeconds, extensionSeconds };
}

/** The limit is AWS's (AC, D), the words are ours. */
function refuseCrowded(world: World, children: readonly string[], parent: string): void {
  const crowded = children.find(
    (name) => parentsOf(world, name).filter((other) => other !== parent).length >= MOST_PARENTS,
  );
  if (crowded !== undefined)
    throw validationError(`The alarm ${crowded} is already used by ${MOST_PARENTS} composite alarms`);
}

function childrenIn(configuration: CompositeAlarmConfiguration): readonly string[] {
  try {
    parseRule(configuration.alarmRule);
    return childNames(configuration);
  } catch (error) {
    if (error instanceof RuleError) throw validationError(error.message);
    throw error;
  }
}
