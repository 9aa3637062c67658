/** The one dispatcher: which service, which protocol, which operation; then the protocol's own file reads and writes. */
import type { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../contract.ts';
import { findAddress, readCredential, type Address, type Credential } from './addresses.ts';
import { answerForm } from './answer-form.ts';
import { callingEnvironment } from './calling-environment.ts';
import type { DecodedCall, Protocol, Shape, WireFailure, WireRequest, WireResponse } from './call.ts';
import { describeError } from './error-on-wire.ts';
import { checkConstraints } from './invalid-input.ts';
import { jsonRpc } from './json-rpc.ts';
import { findOperation, openRequest } from './find-operation.ts';
import type { ProtocolCodec } from './protocol.ts';
import { queryXml } from './query-xml.ts';
import { restJson } from './rest-json.ts';
import { restXml } from './rest-xml.ts';
import { rpcV2Cbor, rpcV2Json } from './rpc-v2.ts';
import { nameCall, NOT_IMPLEMENTED, notEmulated, refusal, refuseMembers, unknownService } from './refusals.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

export interface WireOptions {
  /** Whether an operation lies inside the slice; the others are answered with 501. */
  readonly emulates: (service: ServiceName, operation: string) => boolean;
  /** Members of an operation inside the slice that are outside it; a request that says something in one is refused. */
  readonly refuses?: (service: ServiceName, operation: string) => readonly string[];
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

const MAX_BODY_BYTES = 128 * 1024 * 1024;

const CODECS: Readonly<Record<Protocol, ProtocolCodec>> = {
  'aws-json': jsonRpc,
  'rpc-v2-cbor': rpcV2Cbor,
  'rpc-v2-json': rpcV2Json,
  query: queryXml,
  'rest-json': restJson,
  'rest-xml': restXml,
};

export function createWire({ emulates, refuses = () => [], maxBodyBytes = MAX_BODY_BYTES }: WireOptions): Wire {
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
      refuseMembers(input, shape.name, refuses(service.name, shape.name));
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
      const failure = { type: 'failure', service: address?.name, operation, environment, error, response } as const;
      return error.code === NOT_IMPLEMENTED
        ? { ...failure, beyondSlice: nameCall(request, credential, operation) }
        : failure;
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
