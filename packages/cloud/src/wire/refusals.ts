/** What a request is told that never becomes a call. */
import { AwsError } from '../aws-error.ts';
import type { Credential } from './addresses.ts';
import type { WireRequest } from './call.ts';
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

export function notEmulated(service: string, operation?: string): AwsError {
  const what = operation === undefined ? `The service ${service}` : `The operation ${operation} of ${service}`;
  return new AwsError('NotImplemented', `${what} is not part of the embedded cloud. See docs/slice.md.`, 501);
}

export function unknownService({ headers }: WireRequest, credential: Credential | undefined): AwsError {
  const name = headers['x-amz-target']?.split('.', 1)[0] ?? credential?.signingName;
  if (name !== undefined) return notEmulated(name);
  return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
}
