/**
 * The door for those who look at a template rather than deploy it: the compiler, the arithmetic of alarms, filters,
 * shifts and policies, each through its service's own door for lookers, so that no engine and no operation is loaded.
 */
export { DEFAULT_ASSUMPTIONS, DEFAULT_DELAYS } from './assumptions.ts';
export { AwsError } from './aws-error.ts';
export { Instant } from './instant.ts';
export { type Problem, UserError } from './user-error.ts';
export {
  alarmInput,
  type CompiledResource,
  type CompiledTemplate,
  type Complaint,
  type ComplaintKind,
  complaintsAbout,
  conditionValues,
  type ExtraneousKey,
  extraneousKeys,
  inspectTemplate,
  intrinsicOf,
  isList as isTemplateList,
  isMap as isTemplateMap,
  lineIn,
  type Lookup,
  type ParsedTemplate,
  parseTemplate,
  type Path as TemplatePath,
  propertiesOf,
  referencesIn,
  resolveProperties,
  type ResourceValues,
  type Value as TemplateValue,
  type ValueMap as TemplateMap,
  transformationInput,
  TYPE_NAMES,
  type WrongAttribute,
  writeOutLoops,
  wrongAttributes,
} from './services/cloudformation/inspect.ts';
export {
  alarmRule,
  childrenOf,
  decideState,
  type DecisionRule,
  evaluateMath,
  fewestSamples,
  holds,
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
} from './services/cloudwatch/inspect.ts';
export {
  customRouting,
  DEPLOYMENT_PACE,
  PREDEFINED,
  type ShiftSchedule,
  shiftSchedule,
  type TrafficRouting,
} from './services/codedeploy/inspect.ts';
export { awsManagedPolicy, mayAllow, type PolicyDocument, readPolicy } from './services/iam/inspect.ts';
export { compilePattern, filterLine, type FilterPattern, requireTransformation } from './services/logs/inspect.ts';
