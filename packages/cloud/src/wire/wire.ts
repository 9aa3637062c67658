/** The one dispatcher: which service, which protocol, which operation; then the protocol's own file reads and writes. */
import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../service.ts';
import {
  FORM,
  findAddress,
  pathOf,
  queryOf,
  readCredential,
  RPC_V2_PATH,
  type Address,
  type Credential,
} from './addresses.ts';
import { callingEnvironment } from './calling-environment.ts';
import type { AnswerForm, DecodedCall, Protocol, Shape, WireFailure, WireRequest, WireResponse } from './call.ts';
import { findViolations, violationText } from './constraints.ts';
import { describeError } from './error-on-wire.ts';
import { jsonRpc } from './json-rpc.ts';
import { openBody } from './open-body.ts';
import type { OpenRequest, ProtocolCodec } from './protocol.ts';
import { queryXml } from './query-xml.ts';
import { restJson } from './rest-json.ts';
import { restXml } from './rest-xml.ts';
import { rpcV2Cbor, rpcV2Json } from './rpc-v2.ts';
import { MalformedValue } from './schema-kind.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

export interface WireOptions {
  /** Whether an operation lies inside the slice; the others are answered with 501. */
  readonly emulates: (service: ServiceName, operation: string) => boolean;
  /** Of a body, as it came and unpacked. Lambda's own packages go up to 50 MB, in base64. */
  readonly maxBodyBytes?: number;
}

export interface Wire {
  /** Makes a service known. */
  add(description: ServiceDescription): void;
  /** The service that has to be added before this request can be decoded; undefined when nothing is missing. */
  missing(request: WireRequest): ServiceName | undefined;
  decode(request: WireRequest, requestId: string): DecodedCall | WireFailure;
  encode(call: DecodedCall, output: object): WireResponse;
  encodeError(call: DecodedCall, error: AwsError): WireResponse;
}

export const MAX_BODY_BYTES = 128 * 1024 * 1024;

const CODECS: Readonly<Record<Protocol, ProtocolCodec>> = {
  'aws-json': jsonRpc,
  'rpc-v2-cbor': rpcV2Cbor,
  'rpc-v2-json': rpcV2Json,
  query: queryXml,
  'rest-json': restJson,
  'rest-xml': restXml,
};

export function createWire({ emulates, maxBodyBytes = MAX_BODY_BYTES }: WireOptions): Wire {
  const descriptions = new Map<ServiceName, ServiceDescription>();

  function describe(
    address: Address | undefined,
    request: WireRequest,
    credential: Credential | undefined,
  ): ServiceDescription {
    if (address === undefined) throw unknownService(request, credential);
    const description = descriptions.get(address.name);
    if (description === undefined) throw notEmulated(address.name);
    return description;
  }

  function decode(request: WireRequest, requestId: string): DecodedCall | WireFailure {
    const credential = readCredential(request);
    const address = findAddress(request, credential);
    let form = answerForm(request, address && descriptions.get(address.name), requestId);
    let operation: string | undefined;
    const environment = callingEnvironment(request.headers);
    try {
      const service = describe(address, request, credential);
      const codec = CODECS[form.protocol];
      const open = openRequest(request, maxBodyBytes, form.protocol);
      const [shape, labels] = findOperation(service, form.protocol, open, request);
      operation = shape.name;
      if (!emulates(service.name, shape.name)) throw notEmulated(service.serviceId, shape.name);
      const input = codec.readInput(service, shape, { ...open, labels });
      checkConstraints(service, shape, input, address?.invalidInput);
      return {
        type: 'call',
        service: service.name,
        operation,
        input,
        accessKeyId: credential?.accessKeyId,
        region: credential?.region,
        environment,
        ...form,
      };
    } catch (cause) {
      const service = address && descriptions.get(address.name);
      const error = refusal(cause, CODECS[form.protocol]);
      const response = CODECS[form.protocol].writeError(service, describeError(service, error), form);
      return { type: 'failure', service: address?.name, operation, environment, error, response };
    }
  }

  function known(call: DecodedCall): readonly [ServiceDescription, OperationShape] {
    const service = descriptions.get(call.service);
    const operation = service?.operations.get(call.operation);
    if (service === undefined || operation === undefined)
      throw new Error(`${call.service}.${call.operation} was not decoded here.`);
    return [service, operation];
  }

  return {
    add: (description) => void descriptions.set(description.name, description),
    missing(request) {
      const name = findAddress(request, readCredential(request))?.name;
      return name !== undefined && descriptions.has(name) ? undefined : name;
    },
    decode,
    encode: (call, output) => CODECS[call.protocol].writeOutput(...known(call), output as Shape, call),
    encodeError: (call, error) =>
      CODECS[call.protocol].writeError(known(call)[0], describeError(known(call)[0], error), call),
  };
}

/** The protocol a request speaks, and so the form of its answer, even where the rest of it makes no sense. */
function answerForm(request: WireRequest, service: ServiceDescription | undefined, requestId: string): AnswerForm {
  const type = request.headers['content-type'] ?? '';
  const [protocol, contentType] = protocolOf(request, service, type);
  return { protocol, contentType, method: request.method, requestId };
}

function protocolOf(
  { headers, url }: WireRequest,
  service: ServiceDescription | undefined,
  type: string,
): readonly [Protocol, string] {
  if (headers['x-amz-target'] !== undefined) {
    return [
      'aws-json',
      type.startsWith('application/x-amz-json-1.0') ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
    ];
  }
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return ['rpc-v2-cbor', 'application/cbor'];
  if (headers['smithy-protocol'] !== undefined) return ['rpc-v2-json', 'application/json'];
  if (service?.protocol === 'rest-xml') return ['rest-xml', 'application/xml'];
  if (service?.protocol === 'rest-json') return ['rest-json', 'application/json'];
  if (type.startsWith(FORM) || url.includes('Action=')) return ['query', 'text/xml'];
  return service?.protocol === 'query' ? ['query', 'text/xml'] : ['rest-json', 'application/json'];
}

function openRequest(request: WireRequest, maxBodyBytes: number, protocol: Protocol): OpenRequest {
  const body = openBody(request, maxBodyBytes);
  const query = queryOf(request.url);
  const text = protocol === 'query' && body.length > 0 ? Buffer.from(body).toString('utf8') : undefined;
  return {
    method: request.method,
    headers: request.headers,
    body,
    query,
    labels: {},
    form: text === undefined ? query : new URLSearchParams(text),
  };
}

function findOperation(
  service: ServiceDescription,
  protocol: Protocol,
  open: OpenRequest,
  request: WireRequest,
): readonly [OperationShape, Readonly<Record<string, string>>] {
  if (protocol === 'rest-json' || protocol === 'rest-xml') {
    const match = service.routes.match(request.method, pathOf(request.url), open.query, request.headers);
    const operation = service.operations.get(match?.operation ?? '');
    if (match === undefined || operation === undefined) throw new AwsError('UnknownOperationException', '', 404);
    return [operation, match.labels];
  }
  const name = operationName(protocol, open, request);
  const operation = service.operations.get(name);
  if (operation !== undefined) return [operation, {}];
  if (protocol !== 'query') throw new AwsError('UnknownOperationException', `Unknown operation ${name}`);
  throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${service.version}`);
}

function operationName(protocol: Protocol, { form }: OpenRequest, { headers, url }: WireRequest): string {
  if (protocol === 'query') return form.get('Action') ?? '';
  if (protocol === 'aws-json') return headers['x-amz-target']?.split('.')[1] ?? '';
  return RPC_V2_PATH.exec(pathOf(url))?.[2] ?? '';
}

/** CodeDeploy has a code of its own for most missing members: DeploymentIdRequiredException. */
function checkConstraints(
  service: ServiceDescription,
  { input: schema }: OperationShape,
  input: Shape,
  code = 'ValidationException',
): void {
  const violations = findViolations(schema, input);
  const [first] = violations;
  if (first === undefined) return;
  const own = `${first.member.charAt(0).toUpperCase()}${first.member.slice(1)}RequiredException`;
  throw new AwsError(service.errors.has(own) ? own : code, violationText(violations));
}

/** Whatever went wrong in reading a request is the sender's error: the reading has no other input. */
function refusal(cause: unknown, codec: ProtocolCodec): AwsError {
  if (cause instanceof AwsError) return cause;
  return new AwsError(
    codec.malformed,
    cause instanceof MalformedValue ? cause.message : 'The request could not be read.',
  );
}

function notEmulated(service: string, operation?: string): AwsError {
  const what = operation === undefined ? `The service ${service}` : `The operation ${operation} of ${service}`;
  return new AwsError('NotImplemented', `${what} is not part of the embedded cloud. See docs/slice.md.`, 501);
}

function unknownService({ headers }: WireRequest, credential: Credential | undefined): AwsError {
  const name = headers['x-amz-target']?.split('.', 1)[0] ?? credential?.signingName;
  if (name !== undefined) return notEmulated(name);
  return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
}
