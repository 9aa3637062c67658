/**
 * The branches of a template: which sets of conditions can hold together, and what mappings and the preference's own
 * parameters may give. Parameters that were given are followed; of the others every value is tried that a condition
 * compares with, and one that none does, that is a key of the mapping, or that is allowed. Only what touches the release
 * of a function counts, so that a permissions boundary does not double the work.
 */
import {
  conditionValues,
  intrinsicOf,
  isTemplateList,
  isTemplateMap,
  type TemplateMap,
  type TemplateValue,
} from '@unicorns/cloud/inspect';
import { declaredParameters, guessParameters, unknownText } from './guess-parameters.ts';
import { commonKeys, lookUpOf } from './look-ups.ts';

export interface BranchChoice {
  /** Values of parameters, guesses included. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** The conditions that matter, and whether they hold. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /** What differs from the defaults. */
  readonly changed: Readonly<Record<string, string>>;
}

export interface Branches {
  readonly choices: readonly BranchChoice[];
  /** More combinations exist than were judged. */
  readonly isCapped: boolean;
}

export const MOST_BRANCHES = 16;
const MOST_TRIES = 600;
const STACK_NAME = 'AWS::StackName';
export const STACK = 'stack';
const PSEUDO = new Map([
  [STACK_NAME, STACK],
  ['AWS::Region', 'eu-west-1'],
  ['AWS::Partition', 'aws'],
  ['AWS::AccountId', '123456789012'],
]);

/** A template whose mappings have no row for that region or account is meant for another. */
function pseudoValues(body: TemplateMap): ReadonlyMap<string, string> {
  const keys = commonKeys(body);
  return new Map(
    [...PSEUDO].map(([name, value]) => {
      const rows = keys.get(name) ?? [];
      return [name, rows.includes(value) ? value : (rows[0] ?? value)];
    }),
  );
}

/** `candidates`: variable → the values to try, the usual one first. */
type Candidates = ReadonlyMap<string, readonly string[]>;

export function branchesOf(body: TemplateMap, given: Readonly<Record<string, string>>): Branches {
  const guesses = guessParameters(body, given).values;
  const usual = new Map([...pseudoValues(body), ...usualValues(body), ...Object.entries({ ...guesses, ...given })]);
  const relevant = relevantConditions(body);
  const choosers = choosersOf(body);
  const candidates = candidatesOf(body, given, usual, choosers);
  const choices = new Map<string, BranchChoice>();
  let isCapped = false;
  let tries = 0;
  for (const changed of nearestFirst(candidates)) {
    if (++tries > MOST_TRIES) {
      isCapped = relevant.size + choosers.length > 0;
      break;
    }
    const values = new Map([...usual, ...changed]);
    const conditions = Object.fromEntries(
      Object.entries(conditionValues(body, values)).filter(([name]) => relevant.has(name)),
    );
    const key = JSON.stringify([conditions, choosers.map((it) => it.gives(values))]);
    if (choices.has(key)) continue;
    if (choices.size >= MOST_BRANCHES) {
      isCapped = true;
      break;
    }
    const pseudo = (name: string): string => values.get(name) ?? '';
    const parameters = Object.fromEntries([...changed].filter(([name]) => !PSEUDO.has(name)));
    choices.set(key, {
      parameters: { ...guesses, ...given, ...parameters },
      stackName: pseudo(STACK_NAME),
      region: pseudo('AWS::Region'),
      accountId: pseudo('AWS::AccountId'),
      conditions,
      changed: Object.fromEntries(changed),
    });
    if (relevant.size + choosers.length === 0) break;
  }
  return { choices: [...choices.values()], isCapped };
}

const usualValues = (body: TemplateMap): readonly (readonly [string, string])[] =>
  Object.entries(declaredParameters(body)).flatMap(([name, { Default: preset }]) =>
    preset === undefined || preset === null || typeof preset === 'object' ? [] : [[name, String(preset)] as const],
  );

/** All combinations: first none changed, then each value alone, then pairs, and so on. */
function* nearestFirst(candidates: Candidates): Iterable<ReadonlyMap<string, string>> {
  const variables = [...candidates].filter(([, values]) => values.length > 1);
  function* changing(count: number, from: number): Iterable<readonly (readonly [string, string])[]> {
    if (count === 0) yield [];
    for (let i = from; count > 0 && i <= variables.length - count; i++) {
      const [name, values] = variables[i] ?? ['', []];
      for (const rest of changing(count - 1, i + 1))
        for (const value of values.slice(1)) yield [[name, value], ...rest];
    }
  }
  for (let count = 0; count <= variables.length; count++)
    for (const changes of changing(count, 0)) yield new Map(changes);
}

function candidatesOf(
  body: TemplateMap,
  given: Readonly<Record<string, string>>,
  usual: ReadonlyMap<string, string>,
  choosers: readonly Chooser[],
): Candidates {
  const found = new Map<string, Set<string>>();
  const add = (variable: string, values: Iterable<string>): void => {
    if (given[variable] !== undefined || variable === 'AWS::Partition') return;
    if (!(variable in declaredParameters(body)) && !PSEUDO.has(variable)) return;
    const first = usual.get(variable);
    const all = found.get(variable) ?? new Set(first === undefined ? [] : [first]);
    for (const value of values) all.add(value);
    found.set(variable, all);
  };
  const types = typeParameters(body);
  for (const [one, other] of comparisons(body['Conditions'])) {
    for (const [side, against] of [[one, other] as const, [other, one] as const]) {
      const variable = referredName(side);
      const literal = literalText(against);
      if (variable !== undefined && literal !== undefined)
        add(
          variable,
          PSEUDO.has(variable) && variable !== STACK_NAME
            ? [literal]
            : [literal, types.has(variable) ? 'Canary10Percent5Minutes' : otherThan(literal, variable)],
        );
      const found = lookUpOf(side, body);
      if (found !== undefined) add(found.variable, found.keys);
    }
  }
  for (const { variable, values } of choosers) add(variable, values);
  return new Map([...found].map(([name, values]) => [name, allowedOnly(body, name, [...values])]));
}

const otherThan = (literal: string, variable: string): string =>
  literal === 'true' ? 'false' : literal === 'false' ? 'true' : unknownText(variable);

function allowedOnly(body: TemplateMap, name: string, values: readonly string[]): readonly string[] {
  const allowed = declaredParameters(body)[name]?.['AllowedValues'];
  if (!isTemplateList(allowed)) return values;
  const texts = allowed.flatMap((value) => literalText(value) ?? []);
  const [first] = values;
  return [...new Set([...(first !== undefined && texts.includes(first) ? [first] : []), ...texts])].slice(0, 12);
}

/** Both sides of every Fn::Equals. */
function comparisons(value: TemplateValue | undefined): readonly (readonly [TemplateValue, TemplateValue])[] {
  if (isTemplateList(value)) return value.flatMap(comparisons);
  if (!isTemplateMap(value)) return [];
  const equals = value['Fn::Equals'];
  const [one, other] = isTemplateList(equals) ? equals : [];
  const here = one !== undefined && other !== undefined ? [[one, other] as const] : [];
  return [...here, ...Object.values(value).flatMap(comparisons)];
}

const literalText = (value: TemplateValue): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

function referredName(value: TemplateValue | undefined): string | undefined {
  const found = intrinsicOf(value);
  return found?.name === 'Ref' && typeof found.argument === 'string' ? found.argument : undefined;
}

/** Parameters that name the traffic shifting configuration: any other value of theirs is one that shifts. */
function typeParameters(value: TemplateValue | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (at: TemplateValue | undefined): void => {
    if (isTemplateList(at)) at.forEach(walk);
    if (!isTemplateMap(at)) return;
    for (const [key, item] of Object.entries(at)) {
      if (key === 'DeploymentPreference' && isTemplateMap(item)) {
        const name = referredName(item['Type']);
        if (name !== undefined) names.add(name);
      }
      walk(item);
    }
  };
  walk(value);
  return names;
}

/** A parameter that chooses what a gate or a preference says, without a condition. */
interface Chooser {
  readonly variable: string;
  readonly values: readonly string[];
  /** What it chooses: two values that choose the same are one branch. */
  readonly gives: (values: ReadonlyMap<string, string>) => unknown;
}

function choosersOf(body: TemplateMap): readonly Chooser[] {
  const found = new Map<string, Chooser>();
  walkReleasing(body, (key, value, parent) => {
    const lookUp = lookUpOf(value, body);
    if (lookUp !== undefined) {
      const { variable, keys, at } = lookUp;
      found.set(JSON.stringify(value), { variable, values: keys, gives: (all) => at(all.get(variable) ?? '') });
    }
    const name = parent === 'DeploymentPreference' ? referredName(value) : undefined;
    if (name === undefined || (key !== 'Enabled' && key !== 'Type')) return;
    const allowed = declaredParameters(body)[name]?.['AllowedValues'];
    const values = isTemplateList(allowed) ? allowed.flatMap((it) => literalText(it) ?? []) : [];
    const isSwitch = key === 'Enabled' && values.length === 0;
    found.set(name, { variable: name, values: isSwitch ? ['true', 'false'] : values, gives: (all) => all.get(name) });
  });
  return [...found.values()];
}

const RELEASING =
  /^AWS::(?:Serverless::Function|Lambda::(?:Function|Alias|Version)|CloudWatch::\w*Alarm|Logs::(?:MetricFilter|LogGroup)|CodeDeploy::.*)$/;
/** What of these says nothing about gates. */
const BESIDE = new Set(
  (
    'AlarmActions OKActions InsufficientDataActions AlarmDescription ActionsEnabled Tags VpcConfig Layers Events ' +
    'CodeSigningConfigArn PermissionsBoundary KmsKeyArn Tracing Description Metadata RetentionInDays KmsKeyId'
  ).split(' '),
);

function relevantConditions(body: TemplateMap): ReadonlySet<string> {
  const names = new Set<string>();
  walkReleasing(body, (key, item) => {
    if (key === 'Fn::If' && isTemplateList(item) && typeof item[0] === 'string') names.add(item[0]);
    if (key === 'Condition' && typeof item === 'string') names.add(item);
  });
  return names;
}

/** Every member of what releases functions, with the key that it and its map stand under. */
function walkReleasing(body: TemplateMap, visit: (key: string, value: TemplateValue, parent: string) => void): void {
  const walk = (value: TemplateValue | undefined, parent: string): void => {
    if (isTemplateList(value)) return value.forEach((item) => walk(item, parent));
    if (!isTemplateMap(value)) return;
    for (const [key, item] of Object.entries(value)) {
      if (BESIDE.has(key)) continue;
      visit(key, item, parent);
      walk(item, key);
    }
  };
  const { Resources: resources, Globals: globals } = body;
  walk(isTemplateMap(globals) ? globals['Function'] : undefined, 'Function');
  for (const resource of isTemplateMap(resources) ? Object.values(resources) : []) {
    const type = isTemplateMap(resource) ? resource['Type'] : undefined;
    if (typeof type === 'string' && RELEASING.test(type)) walk(resource, '');
  }
}
