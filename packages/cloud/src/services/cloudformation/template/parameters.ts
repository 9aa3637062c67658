/**
 * The Parameters section and the values given for it. Ref gives text (or a list of texts) whatever the type,
 * as on CloudFormation: a Number stays `"5"`. Source: CFNG:parameters-section-structure
 */
import type { Problems } from './problems.ts';
import type { Value, ValueMap } from './template-value.ts';
import { isList, isMap, mapAt, textOf } from './template-value.ts';

export type ParameterValue = string | readonly string[];

/** Source: CFNG:parameters-section-structure (D) */
const MEMBERS = new Set(
  (
    'Type Description Default NoEcho AllowedValues AllowedPattern ConstraintDescription MinLength MaxLength MinValue ' +
    'MaxValue'
  ).split(' '),
);
const LIST_TYPE = /^(?:CommaDelimitedList|List<.+>)$/;
const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;
const PLAIN_TYPE = /^(?:String|Number|AWS::SSM::Parameter::Name|AWS::[A-Za-z0-9]+::[A-Za-z0-9:.]+)$/;

/** Values by name, given ones over defaults. Every parameter that is wrong is reported; with `leavesOpen`, one without a value is not. */
export function resolveParameters(
  template: ValueMap,
  given: Readonly<Record<string, string>>,
  problems: Problems,
  leavesOpen = false,
): ReadonlyMap<string, ParameterValue> {
  const declared = mapAt(template, 'Parameters');
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0)
    problems.add(['Parameters'], `Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = new Map<string, ParameterValue>();
  for (const [name, declaration] of Object.entries(declared)) {
    if (!isMap(declaration)) {
      problems.add(['Parameters', name], `Template format error: Every Parameters object must contain a Type member.`);
      continue;
    }
    const value = valueOf(name, declaration, given[name], problems, leavesOpen);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

function valueOf(
  name: string,
  declaration: ValueMap,
  given: string | undefined,
  problems: Problems,
  leavesOpen: boolean,
): ParameterValue | undefined {
  const report = (message: string): undefined => {
    problems.add(['Parameters', name], message);
    return undefined;
  };
  checkDeclaration(name, declaration, problems);
  const type = declaration['Type'];
  if (typeof type !== 'string')
    return report('Template format error: Every Parameters object must contain a Type member.');
  const inSsm = SSM_VALUE.exec(type);
  const kind = inSsm?.[1] ?? type;
  if (!LIST_TYPE.test(kind) && !PLAIN_TYPE.test(kind))
    return report(`Template format error: Unrecognized parameter type: ${type}`);
  const text = given ?? scalarText(declaration['Default']);
  if (leavesOpen && given === undefined && (text === undefined || inSsm !== null)) return undefined;
  if (text === undefined) return report(`Parameters: [${name}] must have values`);
  if (inSsm !== null && given === undefined)
    return report(
      `The parameter "${name}" takes its value from the SSM parameter ${text}, which is not there when a template ` +
        `is rehearsed. Give the value itself: --parameter ${name}=…`,
    );
  const items = LIST_TYPE.test(kind) ? text.split(',').map((item) => item.trim()) : [text];
  for (const item of items) {
    const wrong = constraintBroken(name, kind, declaration, item);
    if (wrong !== undefined) return report(wrong);
  }
  return LIST_TYPE.test(kind) ? (text === '' ? [] : items) : text;
}

/** A constraint that is misspelled would constrain nothing. */
function checkDeclaration(name: string, declaration: ValueMap, problems: Problems): void {
  const at = ['Parameters', name];
  if (!/^[A-Za-z0-9]+$/.test(name))
    problems.add(at, `Template format error: Parameter name ${name} is non alphanumeric.`);
  for (const member of Object.keys(declaration))
    if (!MEMBERS.has(member))
      problems.add([...at, member], `Template format error: Invalid template parameter property '${member}'`);
  const { AllowedPattern: pattern, AllowedValues: allowed, Default: fallback } = declaration;
  if (allowed !== undefined && !isList(allowed))
    problems.add([...at, 'AllowedValues'], 'Template format error: Every AllowedValues member must be a list.');
  if (typeof pattern === 'string' && patternOf(pattern) === undefined)
    problems.add(
      [...at, 'AllowedPattern'],
      `The AllowedPattern ${pattern} cannot be read here, which reads patterns as JavaScript does and AWS as Java.`,
    );
  if (isMap(fallback) || isList(fallback))
    problems.add([...at, 'Default'], 'Template format error: Every Default member must be a string.');
}

const scalarText = (value: Value | undefined): string | undefined =>
  value === undefined || value === null || isMap(value) || isList(value) ? undefined : textOf(value);

/** The constraint that a value breaks, in AWS's words. */
function constraintBroken(name: string, kind: string, declaration: ValueMap, value: string): string | undefined {
  const wrong = checks(kind, declaration, value);
  if (wrong === undefined) return undefined;
  const description = declaration['ConstraintDescription'];
  if (typeof description === 'string') return `Parameter '${name}' failed to satisfy constraint: ${description}`;
  return wrong.startsWith('must match pattern')
    ? `Parameter ${name} failed to satisfy constraint: ${wrong}`
    : `Parameter '${name}' ${wrong}`;
}

function checks(kind: string, declaration: ValueMap, value: string): string | undefined {
  const limit = (key: string): number | undefined => {
    const at = declaration[key];
    return at === undefined || isMap(at) || isList(at) ? undefined : Number(at);
  };
  const { AllowedValues: allowed, AllowedPattern: pattern } = declaration;
  if (isList(allowed) && !allowed.some((it) => scalarText(it) === value)) return 'must be one of AllowedValues';
  if (typeof pattern === 'string' && patternOf(pattern)?.test(value) === false) return `must match pattern ${pattern}`;
  if (/^(?:List<)?Number>?$/.test(kind)) {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return 'must be a number';
    const [least, most] = [limit('MinValue'), limit('MaxValue')];
    if (least !== undefined && number < least) return `must be a number not less than ${least}`;
    if (most !== undefined && number > most) return `must be a number not greater than ${most}`;
  }
  const [shortest, longest] = [limit('MinLength'), limit('MaxLength')];
  if (shortest !== undefined && value.length < shortest) return `must contain at least ${shortest} characters`;
  if (longest !== undefined && value.length > longest) return `must contain at most ${longest} characters`;
  return undefined;
}

/** Patterns are Java's and match the whole value. Undefined for one that JavaScript cannot read. */
function patternOf(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {
      // The stricter reading first: without `u`, what is no escape stands for itself.
    }
  }
  return undefined;
}
