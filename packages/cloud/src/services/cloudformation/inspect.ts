/** The door for those who look at templates: the compiler, and what it makes of an alarm and a filter. No stacks behind it. */
export { type Complaint, type ComplaintKind, complaintsAbout, propertiesOf } from './refuse-unknown.ts';
export { type ExtraneousKey, extraneousKeys } from './unknown-nested.ts';
export { type WrongAttribute, wrongAttributes } from './unknown-attributes.ts';
export { alarmInput } from './resources/cloudwatch.ts';
export { transformationInput } from './resources/logs.ts';
export { TYPE_NAMES } from './resources/type-names.ts';
export {
  type CompiledResource,
  type CompiledTemplate,
  conditionValues,
  inspectTemplate,
  intrinsicOf,
  isList,
  isMap,
  lineIn,
  type Lookup,
  type ParsedTemplate,
  parseTemplate,
  type Path,
  referencesIn,
  resolveProperties,
  type ResourceValues,
  type Value,
  type ValueMap,
  writeOutLoops,
} from './template/index.ts';
