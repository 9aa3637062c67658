/**
 * What a caller has to acknowledge before a template may make IAM resources.
 * Source: CFN API: CreateStack, Capabilities (D); the text as in aws-sam-cli#1848, serverless-application-model#51 (O).
 */
import { AwsError } from '../../aws-error.ts';
import type { CompiledTemplate } from './template/index.ts';

/** IAM types, and the property that gives each a name of the caller's own. */
const IAM_TYPES: ReadonlyMap<string, string | undefined> = new Map([
  ['AWS::IAM::AccessKey', undefined],
  ['AWS::IAM::Group', 'GroupName'],
  ['AWS::IAM::InstanceProfile', 'InstanceProfileName'],
  ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName'],
  ['AWS::IAM::Policy', undefined],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::IAM::User', 'UserName'],
  ['AWS::IAM::UserToGroupAddition', undefined],
]);

export interface NeededCapabilities {
  readonly capability: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | undefined;
  /** The types that ask for it. */
  readonly types: readonly string[];
}

export function neededCapabilities({ resources }: Pick<CompiledTemplate, 'resources'>): NeededCapabilities {
  const iam = [...resources.values()].filter(({ type }) => IAM_TYPES.has(type));
  const isNamed = iam.some(({ type, properties }) => {
    const property = IAM_TYPES.get(type);
    return property !== undefined && properties[property] !== undefined;
  });
  const types = [...new Set(iam.map(({ type }) => type))];
  if (types.length === 0) return { capability: undefined, types };
  return { capability: isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM', types };
}

/** The sentence that a request gets which acknowledges too little; undefined for one that does not. */
export function missingCapability(compiled: CompiledTemplate, given: readonly string[]): string | undefined {
  const { capability } = neededCapabilities(compiled);
  // The stronger one includes the other.
  if (capability === undefined || given.includes(capability) || given.includes('CAPABILITY_NAMED_IAM'))
    return undefined;
  return `Requires capabilities : [${capability}]`;
}

const CAPABILITIES = ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_IAM'];

/** Throws for a capability that does not exist. */
export function checkCapabilityNames(given: readonly string[]): void {
  if (given.every((it) => CAPABILITIES.includes(it))) return;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '[${given.join(', ')}]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [${CAPABILITIES.join(', ')}]]`,
  );
}

/** A direct request, without a change set, must also accept what macros make of the template. */
export function checkCapabilities(compiled: CompiledTemplate, given: readonly string[], hasTransform: boolean): void {
  checkCapabilityNames(given);
  const missing = missingCapability(compiled, given);
  const text =
    missing ??
    (hasTransform && !given.includes('CAPABILITY_AUTO_EXPAND')
      ? 'Requires capabilities : [CAPABILITY_AUTO_EXPAND]'
      : undefined);
  if (text !== undefined) throw new AwsError('InsufficientCapabilitiesException', text);
}
