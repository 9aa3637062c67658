/** The embedded cloud's one door. It knows nothing of unicorns, nor of the command line. */
export { type Assumption, type AssumptionName, ASSUMPTIONS } from './assumption-list.ts';
export { type Assumptions, DEFAULT_ASSUMPTIONS, DEFAULT_DELAYS, type Delays } from './assumptions.ts';
export { AwsError } from './aws-error.ts';
export {
  type Cloud,
  type CloudOptions,
  createCloud,
  type Deployment,
  type DeployOutcome,
  type Intervention,
} from './cloud.ts';
export type { Fact } from './effects.ts';
export { after, floorTo, HOUR, Instant, isoTime, MINUTE, SECOND } from './instant.ts';
export type { CallAnswered, Journal, JournalEntry } from './journal.ts';
export { createRandom, type Random } from './random.ts';
export { packageCode, packageFiles } from './shell/package-code.ts';
export { arrivals, type RateStep, type Traffic, type TrafficRequest } from './traffic.ts';
export { formatProblem, type Problem, UserError } from './user-error.ts';
export type { Artifact, World } from './world-state.ts';

// What those need who look at a template rather than deploy it: `check` and `plan`.
export {
  alarmInput,
  type CompiledResource,
  type CompiledTemplate,
  conditionValues,
  inspectTemplate,
  intrinsicOf,
  isList as isTemplateList,
  isMap as isTemplateMap,
  lineIn,
  type Lookup,
  type ParsedTemplate,
  parseTemplate,
  type Path as TemplatePath,
  referencesIn,
  resolveProperties,
  type ResourceValues,
  type Value as TemplateValue,
  type ValueMap as TemplateMap,
} from './services/cloudformation/index.ts';
export {
  alarmRule,
  childrenOf,
  decideState,
  type DecisionRule,
  evaluateMath,
  fewestSamples,
  isBreaching,
  type Mark,
  MetricMathError,
  type MetricAlarmConfiguration,
  type MathValue,
  type MetricQuery,
  parseMetricMath,
  parseRule,
  parseStatistic,
  rangeLength,
  readMetricAlarm,
  RuleError,
  SampleSet,
  statisticOf,
  type TreatMissingData,
} from './services/cloudwatch/index.ts';
export {
  customRouting,
  DEPLOYMENT_PACE,
  PREDEFINED,
  type ShiftSchedule,
  shiftSchedule,
  type TrafficRouting,
} from './services/codedeploy/index.ts';
export { awsManagedPolicy, mayAllow, type PolicyDocument, readPolicy } from './services/iam/index.ts';
export { compilePattern, filterLine, type FilterPattern } from './services/logs/index.ts';
