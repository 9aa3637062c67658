/**
 * What a template would change in a stack, as far as it can be told before it runs. A property that refers to
 * something which is itself about to change is told as Dynamic: it may turn out as it was.
 * Source: CFN API: ResourceChange, ResourceChangeDetail, ResourceTargetDefinition (D); codedeploy reference 4.5.
 */
import { isDeepStrictEqual } from 'node:util';
import { RESOURCE_TYPES } from './resources/index.ts';
import { attributesOf } from './stack-attributes.ts';
import type { PropertyChange, ResourceChange, Stack, StackResource } from './state.ts';
import {
  type CompiledResource,
  type CompiledTemplate,
  referencesIn,
  resolveProperties,
  type Value,
} from './template/index.ts';

/** What others may see of a resource after the change. */
type Fate = 'same' | 'modified' | 'maybe-replaced' | 'new';

/** In the order in which they would happen; what is removed comes last. */
export function describeChanges(stack: Stack, compiled: CompiledTemplate): readonly ResourceChange[] {
  const fates = new Map<string, Fate>();
  const changes: ResourceChange[] = [];
  for (const logicalId of compiled.order) {
    const resource = compiled.resources.get(logicalId);
    if (resource === undefined) continue;
    const present = stack.resources.get(logicalId);
    const change = present === undefined ? addition(resource) : modification(stack, compiled, resource, present, fates);
    fates.set(logicalId, fateOf(change));
    if (change !== undefined) changes.push(change);
  }
  const gone = [...stack.resources.values()].filter(({ logicalId }) => !compiled.resources.has(logicalId));
  return [...changes, ...gone.toReversed().map(removal)];
}

const addition = ({ logicalId, type }: CompiledResource): ResourceChange => ({
  Action: 'Add',
  LogicalResourceId: logicalId,
  ResourceType: type,
  Scope: [],
  Details: [],
});

const removal = ({ logicalId, type, physicalId, deletionPolicy }: StackResource): ResourceChange => ({
  Action: 'Remove',
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  PolicyAction: deletionPolicy === 'Retain' ? 'Retain' : 'Delete',
  Scope: [],
  Details: [],
});

function fateOf(change: ResourceChange | undefined): Fate {
  if (change === undefined) return 'same';
  if (change.Action === 'Add' || change.Replacement === 'True') return 'new';
  return change.Replacement === 'Conditional' ? 'maybe-replaced' : 'modified';
}

function modification(
  stack: Stack,
  compiled: CompiledTemplate,
  resource: CompiledResource,
  present: StackResource,
  fates: ReadonlyMap<string, Fate>,
): ResourceChange | undefined {
  const names = [...new Set([...Object.keys(resource.properties), ...Object.keys(present.properties)])];
  const details = names.flatMap((name) => propertyChange(stack, compiled, resource, present, name, fates) ?? []);
  const isOtherType = present.type !== resource.type;
  if (details.length === 0 && !isOtherType) return undefined;
  const always = details.filter(({ Target }) => Target.RequiresRecreation === 'Always');
  const isReplaced = isOtherType || always.some(({ Evaluation }) => Evaluation === 'Static');
  const replacement = isReplaced ? 'True' : always.length > 0 ? 'Conditional' : 'False';
  return {
    Action: 'Modify',
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: present.physicalId,
    ResourceType: resource.type,
    Replacement: replacement,
    ...(isReplaced && {
      PolicyAction: resource.updateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete',
    }),
    Scope: [...new Set(details.map(({ Target }) => Target.Attribute))],
    Details: details,
  };
}

function propertyChange(
  stack: Stack,
  compiled: CompiledTemplate,
  resource: CompiledResource,
  present: StackResource,
  name: string,
  fates: ReadonlyMap<string, Fate>,
): PropertyChange | undefined {
  const value = resource.properties[name];
  const replacedBy = RESOURCE_TYPES.get(resource.type)?.replacedBy ?? [];
  const Target = {
    Attribute: name === 'Tags' ? 'Tags' : 'Properties',
    ...(name === 'Tags' ? {} : { Name: name }),
    RequiresRecreation: replacedBy.includes(name) ? 'Always' : 'Never',
  } as const;
  const cause = value === undefined ? undefined : openReference(value, fates);
  if (cause !== undefined) return { Target, Evaluation: 'Dynamic', ...cause };
  const single = { ...resource, properties: value === undefined ? {} : { [name]: value } };
  const next = resolveProperties(single, (id) => attributesOf(stack, id), compiled)[name];
  if (isDeepStrictEqual(next, present.properties[name])) return undefined;
  return { Target, Evaluation: 'Static', ChangeSource: 'DirectModification' };
}

/** The first reference whose value is not known yet: Ref of what may be replaced, an attribute of what changes at all. */
function openReference(
  value: Value,
  fates: ReadonlyMap<string, Fate>,
): Pick<PropertyChange, 'ChangeSource' | 'CausingEntity'> | undefined {
  for (const { name, path } of referencesIn(value)) {
    const fate = fates.get(name) ?? 'same';
    const isRef = path.at(-1) === 'Ref';
    if (fate === 'same' || (isRef && fate === 'modified')) continue;
    return { ChangeSource: isRef ? 'ResourceReference' : 'ResourceAttribute', CausingEntity: name };
  }
  return undefined;
}
