import { AwsError } from '../../aws-error.ts';

/** AWS's text for a member that breaks its model: `Value '0' at 'timeout' failed to satisfy constraint: …`. */
export const constraintViolated = (value: unknown, member: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );

/** A number within the model's bounds; undefined passes. */
export function checkRange(value: number | undefined, member: string, min: number, max: number): void {
  if (value === undefined) return;
  if (value < min) throw constraintViolated(value, member, `Member must have value greater than or equal to ${min}`);
  if (value > max) throw constraintViolated(value, member, `Member must have value less than or equal to ${max}`);
}

export function checkOneOf(value: string | undefined, member: string, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw constraintViolated(value, member, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
}

/** `pattern` as AWS's model writes it; undefined passes. */
export function checkPattern(value: string | undefined, member: string, pattern: string, maxLength: number): void {
  if (value === undefined) return;
  if (value.length > maxLength)
    throw constraintViolated(value, member, `Member must have length less than or equal to ${maxLength}`);
  if (!new RegExp(`^(?:${pattern})$`).test(value))
    throw constraintViolated(value, member, `Member must satisfy regular expression pattern: ${pattern}`);
}

/** A required member, as the model demands it. */
export function required<T>(value: T | undefined | null, member: string): T {
  if (value === undefined || value === null) throw constraintViolated('null', member, 'Member must not be null');
  return value;
}
