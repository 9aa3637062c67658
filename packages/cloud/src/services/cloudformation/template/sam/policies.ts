import type { Value, ValueList, ValueMap } from '../template-value.ts';
import { ifOf, intrinsicOf, isEqual, isList, isMap, isNoValue } from '../template-value.ts';
import { managedPolicy } from './managed-policies.ts';
import { POLICY_TEMPLATES } from './policy-templates.ts';
import { InvalidResource } from './sam-context.ts';

/** What `Policies` adds to a function's role. */
export interface RolePolicies {
  readonly managedPolicyArns: ValueList;
  readonly inline: ValueList;
}

type Kind = 'managed' | 'statement' | 'template' | 'none';

/**
 * Sorts the entries of `Policies` into managed policies (names, ARNs, intrinsics) and inline documents, which
 * are numbered by their place: `FRolePolicy0`, … Source: ST:model/role_utils, ST:model/resource_policies.py (R)
 */
export function readPolicies(logicalId: string, written: Value | undefined, partition: string): RolePolicies {
  const entries = written === undefined ? [] : isList(written) ? written : [written];
  const managedPolicyArns: Value[] = [];
  const inline: Value[] = [];
  for (const [index, entry] of entries.entries()) {
    const kind = kindOf(logicalId, entry, index);
    if (kind === 'managed') {
      const arn = mapBranches(entry, (it) => (typeof it === 'string' ? managedPolicy(partition, it) : it));
      if (!managedPolicyArns.some((it) => isEqual(it, arn))) managedPolicyArns.push(arn);
    } else if (kind !== 'none') {
      const name = `${logicalId}RolePolicy${index}`;
      inline.push(mapBranches(entry, (it) => ({ PolicyName: name, PolicyDocument: documentOf(logicalId, it, index) })));
    }
  }
  return { managedPolicyArns, inline };
}

/** Applies `change` to both branches of an Fn::If, or to the value itself; NoValue stays. */
function mapBranches(value: Value, change: (value: Value) => Value): Value {
  const choice = ifOf(value);
  if (choice === undefined) return change(value);
  const [condition, ...branches] = choice;
  return { 'Fn::If': [condition, ...branches.map((it) => (isNoValue(it) ? it : change(it)))] };
}

function kindOf(logicalId: string, entry: Value, index: number): Kind {
  if (typeof entry === 'string') return 'managed';
  const choice = ifOf(entry);
  if (choice !== undefined) return kindOfChoice(logicalId, choice[1], choice[2], index);
  if (intrinsicOf(entry) !== undefined) return 'managed';
  if (isMap(entry) && 'Statement' in entry) return 'statement';
  const names = isMap(entry) ? Object.keys(entry) : [];
  const name = names[0];
  if (names.length === 1 && name !== undefined && name in POLICY_TEMPLATES) return 'template';
  throw new InvalidResource(logicalId, `Policy at index ${index} in the 'Policies' property is not valid`, at(index));
}

function kindOfChoice(logicalId: string, then: Value, otherwise: Value, index: number): Kind {
  if (isNoValue(then)) return isNoValue(otherwise) ? 'none' : kindOf(logicalId, otherwise, index);
  if (isNoValue(otherwise)) return kindOf(logicalId, then, index);
  const [one, other] = [kindOf(logicalId, then, index), kindOf(logicalId, otherwise, index)];
  if (one === other) return one;
  throw InvalidResource.inTemplate(
    logicalId,
    'Different policy types within the same Fn::If statement is unsupported. Separate different policy types into different Fn::If statements',
    at(index),
  );
}

const at = (index: number): readonly (string | number)[] => ['Properties', 'Policies', index];

function documentOf(logicalId: string, entry: Value, index: number): Value {
  if (!isMap(entry) || 'Statement' in entry) return entry;
  const [name, given] = Object.entries(entry)[0] ?? ['', {}];
  const template = POLICY_TEMPLATES[name];
  if (template === undefined) return entry;
  const values = isMap(given) ? given : {};
  if (!isMap(given))
    throw new InvalidResource(
      logicalId,
      `Must specify valid parameter values for policy template '${name}'`,
      at(index),
    );
  const missing = template.parameters.filter((it) => !(it in values));
  if (missing.length > 0) {
    const names = missing.map((it) => `'${it}'`).join(', ');
    throw new InvalidResource(
      logicalId,
      `Following required parameters of template '${name}' don't have values: [${names}]`,
      at(index),
    );
  }
  return filledIn(template.definition, values);
}

function filledIn(value: Value, values: ValueMap): Value {
  const found = intrinsicOf(value);
  if (found?.name === 'Ref' && typeof found.argument === 'string') return values[found.argument] ?? value;
  if (isList(value)) return value.map((item) => filledIn(item, values));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, values)]));
}
