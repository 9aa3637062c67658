/** What a request is told that never becomes a call. */
import { AwsError } from '../aws-error.ts';
import { type Credential, FORM, pathOf } from './addresses.ts';
import type { Shape, WireRequest } from './call.ts';
import type { ProtocolCodec } from './protocol.ts';
import { MalformedValue } from './schema-kind.ts';

/** Whatever went wrong in reading a request is the sender's error: the reading has no other input. */
export function refusal(cause: unknown, codec: ProtocolCodec): AwsError {
  if (cause instanceof AwsError) return cause;
  return new AwsError(
    codec.malformed,
    cause instanceof MalformedValue ? cause.message : 'The request could not be read.',
  );
}

export const NOT_IMPLEMENTED = 'NotImplemented';

/** `dynamodb:GetItem`; by method and path where only the service's own model would know the operation. */
export function nameCall(request: WireRequest, credential: Credential | undefined, operation?: string): string {
  const { headers, method, url, body } = request;
  const [prefix, target] = headers['x-amz-target']?.split('.') ?? [];
  const service = credential?.signingName ?? prefix ?? 'an unknown service';
  const [, rpc] = /\/operation\/([^/?]+)$/.exec(pathOf(url)) ?? [];
  const action = headers['content-type']?.startsWith(FORM)
    ? new URLSearchParams(Buffer.from(body).toString('utf8')).get('Action')
    : undefined;
  const asked = operation ?? target ?? rpc ?? action ?? `${method} ${pathOf(url).slice(0, 80)}`;
  // It travels in a header.
  return `${service}:${asked}`.replaceAll(/[^\x20-\x7E]/g, '?');
}

export function notEmulated(service: string, operation?: string): AwsError {
  const what = operation === undefined ? `The service ${service}` : `The operation ${operation} of ${service}`;
  return new AwsError(NOT_IMPLEMENTED, `${what} is not part of the embedded cloud. See docs/slice.md.`, 501);
}

/** All at once. A member that says nothing, false or empty, asks for nothing. */
export function refuseMembers(input: Shape, operation: string, outside: readonly string[]): void {
  const given = outside.filter((name) => saysSomething(input[name]));
  if (given.length === 0) return;
  const verb = given.length === 1 ? 'is' : 'are';
  throw new AwsError(
    NOT_IMPLEMENTED,
    `${given.join(', ')} of ${operation} ${verb} not part of the embedded cloud. See docs/slice.md.`,
    501,
  );
}

const saysSomething = (value: unknown): boolean => {
  if (value === undefined || value === null || value === false) return false;
  if (value instanceof Uint8Array || typeof value !== 'object') return true;
  return Object.values(value).some(saysSomething);
};

export function unknownService({ headers }: WireRequest, credential: Credential | undefined): AwsError {
  const name = headers['x-amz-target']?.split('.', 1)[0] ?? credential?.signingName;
  if (name !== undefined) return notEmulated(name);
  return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
}
