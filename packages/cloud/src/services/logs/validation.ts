/** AWS's words for requests that CloudWatch Logs refuses, shared by its operations. */
import { AwsError } from '../../aws-error.ts';
import { arn, type World } from '../../world-state.ts';
import type { LogGroup, LogStream } from './state.ts';

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

/** Source: botocore logs model (the patterns and lengths); the text is AWS's general one for a constraint. */
export function constraint(field: string, value: string | number | undefined, must: string): AwsError {
  const shown = value === undefined ? 'null' : String(value);
  return invalid(
    `1 validation error detected: Value '${shown}' at '${field}' failed to satisfy constraint: Member must ${must}`,
  );
}

export function requireName(
  field: string,
  value: string | undefined,
  pattern: RegExp,
  maxLength = 512,
): asserts value is string {
  if (value === undefined) throw constraint(field, value, 'not be null');
  if (value.length === 0) throw constraint(field, value, 'have length greater than or equal to 1');
  if (value.length > maxLength) throw constraint(field, value, `have length less than or equal to ${maxLength}`);
  if (!pattern.test(value))
    throw constraint(field, value, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
}

export const GROUP_NAME = /^[.\-_/#A-Za-z0-9]+$/;
export const NO_COLON_OR_STAR = /^[^:*]*$/;

export function requireLimit(limit: number | undefined, max: number, standard: number): number {
  if (limit === undefined) return standard;
  if (limit < 1) throw constraint('limit', limit, 'have value greater than or equal to 1');
  if (limit > max) throw constraint('limit', limit, `have value less than or equal to ${max}`);
  return limit;
}

/** A group by its name, or by its ARN in `logGroupIdentifier`. */
export function groupNameOf(input: {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}): string | undefined {
  if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined)
    throw invalid('LogGroupName and LogGroupIdentifier cannot both be specified.');
  return (
    input.logGroupName ??
    input.logGroupIdentifier?.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '')
  );
}

export function requireGroup(world: World, name: string | undefined): LogGroup {
  requireName('logGroupName', name, GROUP_NAME);
  const group = world.logs.groups.get(name);
  if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function requireStream(group: LogGroup, name: string | undefined): LogStream {
  requireName('logStreamName', name, NO_COLON_OR_STAR);
  const stream = group.streams.get(name);
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/list` */
export const groupArn = (world: World, name: string): string => arn(world, 'logs', `log-group:${name}`);

/**
 * What identity policies are matched with: AWS's refusals name the group with an empty stream,
 * `…:log-group:/aws/lambda/list:log-stream:`, which a policy on `<group ARN>:*` covers.
 */
export const streamResource = (world: World, name: string | undefined, stream = ''): string =>
  `${groupArn(world, name ?? '')}:log-stream:${stream}`;

/** A page of a list; the token is the position of the next item. */
export function page<T>(items: readonly T[], nextToken: string | undefined, limit: number) {
  const from = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(from) || from < 0) throw invalid('The specified nextToken is invalid.');
  const to = from + limit;
  return { items: items.slice(from, to), ...(to < items.length && { nextToken: String(to) }) };
}
