/** What each of AWS's protocols does; one file each has the answer. */
import type { AnswerForm, Protocol, Shape, WireResponse } from './call.ts';
import type { ErrorOnWire } from './error-on-wire.ts';
import type { RequestHead } from './http-bindings.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

/** A request whose service, protocol and operation are known, and whose body is out of its wrapping. */
export interface OpenRequest extends RequestHead {
  readonly method: string;
  readonly body: Uint8Array;
  /** The fields of a Query request. */
  readonly form: URLSearchParams;
}

export interface ProtocolCodec {
  readonly protocol: Protocol;
  /** The error code of a request whose values do not fit their shapes. */
  readonly malformed: string;
  /** Throws MalformedValue. */
  readInput(service: ServiceDescription, operation: OperationShape, request: OpenRequest): Shape;
  writeOutput(service: ServiceDescription, operation: OperationShape, output: Shape, form: AnswerForm): WireResponse;
  writeError(service: ServiceDescription | undefined, error: ErrorOnWire, form: AnswerForm): WireResponse;
}

/** The code that boto3 and the CLI show for services that once spoke Query: CloudWatch. */
export const queryErrorHeader = (
  service: ServiceDescription | undefined,
  { queryCode, fault }: ErrorOnWire,
): Record<string, string> =>
  service?.queryCompatible === true ? { 'x-amzn-query-error': `${queryCode};${fault}` } : {};
