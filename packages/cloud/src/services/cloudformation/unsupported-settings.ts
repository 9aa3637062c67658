import { AwsError } from '../../aws-error.ts';

/** What a request to create or change a stack may hold and this cloud does not act on. */
export const UNSUPPORTED_SETTINGS = [
  'EnableTerminationProtection',
  'NotificationARNs',
  'ResourcesToImport',
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'TimeoutInMinutes',
] as const;

/** Members that say nothing, an empty list or an empty configuration, are no request for anything. */
const saysSomething = (value: unknown): boolean => {
  if (value === undefined || value === false) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some(saysSomething);
};

/** Refuses them all at once: a setting that is dropped would be believed. */
export function refuseUnsupportedSettings(input: object): void {
  const given = UNSUPPORTED_SETTINGS.filter((name) =>
    saysSomething((input as Readonly<Record<string, unknown>>)[name]),
  );
  if (given.length === 0) return;
  throw new AwsError(
    'NotImplemented',
    `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} not part of the embedded cloud. See docs/slice.md.`,
    501,
  );
}
