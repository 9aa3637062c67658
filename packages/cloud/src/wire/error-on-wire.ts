/** An AwsError with what the service's model says about it: names, status, whose fault, which members. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../aws-error.ts';
import type { Shape } from './call.ts';
import { membersOf } from './schema-kind.ts';
import { errorTraits, type ServiceDescription } from './service-description.ts';

export interface ErrorOnWire {
  /** The shape's name: what the JSON and REST protocols send. */
  readonly name: string;
  /** What the Query protocol sends. */
  readonly queryCode: string;
  readonly status: number;
  readonly queryStatus: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly message: string;
  /** The message, under the member that the model has for it, and the other members. */
  readonly body: Shape;
  /** Undefined for an error that the service does not model (CloudFormation's ValidationError). */
  readonly schema: NormalizedSchema | undefined;
}

export function describeError(service: ServiceDescription | undefined, error: AwsError): ErrorOnWire {
  const { code, message, members } = error;
  const schema = service?.errors.get(code);
  const { httpError, awsQueryError } = schema === undefined ? {} : errorTraits(schema);
  const status = httpError ?? error.status;
  const messageMember = membersOfError(schema).find((it) => it.toLowerCase() === 'message') ?? 'message';
  return {
    name: schema?.getName() ?? code,
    queryCode: awsQueryError?.[0] ?? code,
    status,
    queryStatus: awsQueryError?.[1] ?? status,
    fault: status < 500 ? 'Sender' : 'Receiver',
    message,
    body: { ...members, [messageMember]: message },
    schema,
  };
}

const membersOfError = (schema: NormalizedSchema | undefined): readonly string[] =>
  schema === undefined ? [] : membersOf(schema).map(([name]) => name);
