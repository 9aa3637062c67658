/**
 * A service as its own client package describes it: operations, shapes, HTTP bindings, errors, XML namespace and
 * API version. Nothing of it is repeated by hand. Source: toolchain.md §5. What the package leaves out of the model,
 * constraints on values, comes from the recorded one.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceName } from '../contract.ts';
import { constraintsOf, type FindViolations } from './constraints.ts';
import type { RecordedModel } from './recorded-model.ts';
import { createRoutes, type Routes } from './route.ts';

export interface OperationShape {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** The status of an answer in the REST protocols. */
  readonly status: number;
}

export interface ServiceDescription {
  readonly name: ServiceName;
  /** `CloudWatch Logs`, as AWS writes it. */
  readonly serviceId: string;
  /** The protocol that clients use when left alone. */
  readonly protocol: 'json' | 'query' | 'rest-json' | 'rest-xml';
  readonly version: string;
  readonly xmlns: string;
  readonly namespace: string;
  /** Errors carry the code of the Query protocol beside their own. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationShape>;
  readonly routes: Routes;
  /** Modelled errors, by shape name and by query code. */
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
  readonly findViolations: FindViolations;
}

interface ClientConfig {
  readonly serviceId: string;
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: {
    readonly version?: string;
    readonly xmlNamespace?: string;
    readonly defaultNamespace?: string;
    readonly awsQueryCompatible?: boolean;
  };
}

export type ClientClass = new (config: never) => { readonly config: object };

/** Operations are static schemas that begin with 9, errors with -3. */
const OPERATION = 9;
const ERROR = -3;
type StaticOperation = readonly [9, string, string, { readonly http?: HttpTrait } | number, never, never];
export type HttpTrait = readonly [method: string, path: string, status: number];

const NOTHING_RECORDED: RecordedModel = { operations: [], others: [], shapes: {}, structures: {} };

export function describeService(
  name: ServiceName,
  module: object,
  Client: ClientClass,
  recorded: RecordedModel = NOTHING_RECORDED,
): ServiceDescription {
  const { serviceId, protocol, protocolSettings } = configOf(Client);
  const exported = Object.values(module).filter((it): it is readonly [number, string, string, ...unknown[]] =>
    Array.isArray(it),
  );
  const statics = exported.filter(([kind]) => kind === OPERATION) as unknown as StaticOperation[];
  const operations = statics.map(describeOperation);
  const errors = exported
    .filter(([kind]) => kind === ERROR)
    .map((it) => [it[2], NormalizedSchema.of(it as never)] as const);
  return {
    name,
    serviceId,
    protocol: protocolName(protocol.getShapeId()),
    version: protocolSettings.version ?? '',
    xmlns: protocolSettings.xmlNamespace ?? '',
    namespace: protocolSettings.defaultNamespace ?? '',
    queryCompatible: protocolSettings.awsQueryCompatible === true,
    operations: new Map(operations.map((it) => [it.name, it])),
    routes: createRoutes(
      statics.flatMap(([, , operation, traits, input]) => {
        const http = typeof traits === 'object' ? traits.http : undefined;
        return http === undefined ? [] : [{ operation, http, input: NormalizedSchema.of(input) }];
      }),
    ),
    errors: new Map([...errors.map(([shape, schema]) => [queryCodeOf(schema) ?? shape, schema] as const), ...errors]),
    findViolations: constraintsOf(recorded),
  };
}

function describeOperation([, , name, traits, input, output]: StaticOperation): OperationShape {
  const status = typeof traits === 'object' ? (traits.http?.[2] ?? 200) : 200;
  return { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output), status };
}

function configOf(Client: ClientClass): ClientConfig {
  const dummy = { region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
  return new Client(dummy as never).config as ClientConfig;
}

function protocolName(shapeId: string): ServiceDescription['protocol'] {
  if (shapeId.endsWith('#restJson1')) return 'rest-json';
  if (shapeId.endsWith('#restXml')) return 'rest-xml';
  if (shapeId.endsWith('#awsQuery')) return 'query';
  if (/#awsJson1_[01]$|#rpcv2(Cbor|Json)$/i.test(shapeId)) return 'json';
  throw new Error(`The wire does not speak ${shapeId}.`);
}

export interface ErrorTraits {
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

export const errorTraits = (schema: NormalizedSchema): ErrorTraits => schema.getMergedTraits() as ErrorTraits;
const queryCodeOf = (schema: NormalizedSchema): string | undefined => errorTraits(schema).awsQueryError?.[0];
