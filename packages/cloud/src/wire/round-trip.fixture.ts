/** Values drawn from the schemas of operations, and a client that sends them to the wire. No sockets. */
import { expect } from '@jest/globals';
import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import type { ServiceName } from '../contract.ts';
import { createWire, describeService, type DecodedCall, type WireRequest } from './index.ts';
import { kindOf, membersOf, requiredMembers } from './schema-kind.ts';
import type { ClientClass, OperationShape } from './service-description.ts';
import { DATE_TIME, HTTP_DATE, timestampFormat } from './text-value.ts';

/**
 * Members of an operation that need values of a kind, by name; these are always there, unless the values have undefined.
 * Of a member that is left out nothing is given, and what the client says there by itself is not looked at.
 */
export type Tailored = Readonly<Record<string, fc.Arbitrary<unknown> | 'left out' | 'always there'>>;

export interface RoundTrip {
  readonly operations: readonly OperationShape[];
  /** The client writes the input and reads the answer; the wire reads the input and writes the answer. */
  readonly check: (operation: OperationShape, ofInput?: Tailored, ofOutput?: Tailored) => Promise<void>;
}

export function roundTrip(service: ServiceName, module: object, Client: ClientClass, options: object): RoundTrip {
  const description = describeService(service, module, Client);
  const wire = createWire({ emulates: () => true });
  wire.add(description);
  let output: object = {};
  let call: DecodedCall | undefined;
  const requestHandler = {
    handle(request: HttpRequest) {
      const decoded = wire.decode(wireRequest(request), 'request-1');
      call = decoded.type === 'call' ? decoded : undefined;
      const { status, headers, body } = decoded.type === 'call' ? wire.encode(decoded, output) : decoded.response;
      return Promise.resolve({
        response: new HttpResponse({
          statusCode: status,
          headers: { ...headers } as Record<string, string>,
          body: Readable.from(body.length === 0 ? [] : [Buffer.from(body as string)]),
        }),
      });
    },
  };
  const client = new Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
    maxAttempts: 1,
    requestHandler,
    ...options,
  } as never) as unknown as { send(command: object): Promise<Record<string, unknown>> };
  const commands = module as Readonly<Record<string, new (input: object) => object>>;

  async function send(name: string, input: object): Promise<Record<string, unknown>> {
    const Command = commands[`${name}Command`];
    if (Command === undefined) throw new Error(`The client has no ${name}.`);
    const { $metadata: _, ...got } = await client.send(new Command(input));
    return got;
  }

  return {
    operations: [...description.operations.values()],
    check: ({ name, input, output: answer }, ofInput = {}, ofOutput = {}) =>
      fc.assert(
        fc.asyncProperty(valueOf(input, 0, ofInput), valueOf(answer, 0, ofOutput), async (given, answered) => {
          output = answered as object;
          const got = await withoutStreams(await send(name, given as object));
          const read = { operation: call?.operation, input: plain(comparable(input, ofInput, call?.input)) };
          expect(read).toEqual({ operation: name, input: plain(given) });
          expect({ name, output: plain(comparable(answer, ofOutput, got)) }).toEqual({ name, output: plain(answered) });
        }),
        { numRuns: 3 },
      ),
  };
}

function wireRequest({ method, path, query, headers, body }: HttpRequest): WireRequest {
  const search = buildQueryString(query ?? {});
  return {
    method,
    url: search === '' ? path : `${path}?${search}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? Buffer.from(body) : ((body as Uint8Array | undefined) ?? new Uint8Array()),
  };
}

/** A client hands the bytes of an object over as a stream. */
async function withoutStreams(value: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { Body } = value as { Body?: { transformToByteArray?(): Promise<Uint8Array> } };
  return Body?.transformToByteArray === undefined ? value : { ...value, Body: await Body.transformToByteArray() };
}

/** Without the status, and without what was left out of what was given. */
function comparable(schema: NormalizedSchema, tailored: Tailored, value: object = {}): object {
  const codes = membersOf(schema).flatMap(([name, it]) => (it.getMergedTraits().httpResponseCode ? [name] : []));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.filter(([name]) => !codes.includes(name) && tailored[name] !== 'left out'));
}

/** Form encoding has no way to write an empty structure or map: emptiness is ignored on both sides. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain).filter((it) => it !== undefined);
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, it]) => [key, plain(it)] as const);
  const kept = entries.filter(([, it]) => it !== undefined && !(Array.isArray(it) && it.length === 0));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Whether a list shows on the wire when it is empty. */
const isSeen = ({ httpQuery, xmlFlattened }: ReturnType<NormalizedSchema['getMergedTraits']>): boolean =>
  httpQuery === undefined && xmlFlattened === undefined;

const MAX_DEPTH = 4;
const TEXT = fc.oneof(
  fc.constantFrom(
    'a b',
    '<é&"\'>',
    'x=1&y=2',
    '日本',
    'tab\there',
    'p%20q+r',
    '0',
    'true',
    ' lead',
    'line\nbreak',
    '😀',
    'a/b:c',
  ),
  fc.string({ minLength: 1, maxLength: 12 }).filter((it) => it.trim() !== ''),
);
export const HEADER_TEXT = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 =;:/.-]{0,10}[A-Za-z0-9]$/);

function valueOf(schema: NormalizedSchema, depth = 0, tailored: Tailored = {}): fc.Arbitrary<unknown> {
  const kind = kindOf(schema);
  switch (kind) {
    case 'structure':
      return structureOf(schema, depth, tailored);
    case 'list':
      if (schema.getMergedTraits().httpHeader !== undefined)
        return fc.array(HEADER_TEXT, { minLength: 1, maxLength: 3 });
      return depth > MAX_DEPTH
        ? fc.constant([])
        : fc.array(valueOf(schema.getValueSchema(), depth + 1), {
            minLength: isSeen(schema.getMergedTraits()) ? 0 : 1,
            maxLength: 3,
          });
    case 'map':
      return fc.dictionary(
        TEXT.filter((it) => it !== '__proto__'),
        valueOf(schema.getValueSchema(), depth + 1),
        { minKeys: 1, maxKeys: 3 },
      );
    case 'string':
      return textOf(schema);
    case 'number':
      return fc
        .oneof(
          fc.integer({ min: -1000, max: 123_456_789 }),
          fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
        )
        .map((it) => it + 0);
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc
        .integer({ min: 946_684_800_000, max: 4_102_444_800_000 })
        .map((it) => new Date(isInSeconds(schema) ? Math.floor(it / 1000) * 1000 : it));
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 20 });
    case 'document':
    case 'unit':
      return fc.constant({});
    default:
      return kind satisfies never;
  }
}

/** An HTTP date has no milliseconds. */
const isInSeconds = (schema: NormalizedSchema): boolean =>
  timestampFormat(schema, schema.getMergedTraits().httpHeader === undefined ? DATE_TIME : HTTP_DATE) === HTTP_DATE;

function textOf(schema: NormalizedSchema): fc.Arbitrary<string> {
  const { httpHeader, httpLabel } = schema.getMergedTraits();
  if (httpHeader !== undefined) return HEADER_TEXT;
  return httpLabel === undefined ? TEXT : TEXT.filter((it) => it !== '.' && it !== '..');
}

function structureOf(schema: NormalizedSchema, depth: number, tailored: Tailored): fc.Arbitrary<unknown> {
  const members = membersOf(schema).filter(
    ([name, member]) => !member.getMergedTraits().httpResponseCode && tailored[name] !== 'left out',
  );
  const drawn = (name: string, member: NormalizedSchema): fc.Arbitrary<unknown> => {
    const own = tailored[name];
    return typeof own === 'object' ? own : valueOf(member, depth + 1);
  };
  const simple = members.filter(([, member]) => !['structure', 'list', 'map'].includes(kindOf(member)));
  if (schema.isUnionSchema()) {
    const choices = depth < MAX_DEPTH || simple.length === 0 ? members : simple;
    return fc.oneof(...choices.map(([name, member]) => valueOf(member, depth + 1).map((it) => ({ [name]: it }))));
  }
  // A client invents a token where none is given.
  const required = members
    .filter(
      ([name, member]) => requiredMembers(schema).includes(name) || member.isIdempotencyToken() || name in tailored,
    )
    .map(([name]) => name);
  // An empty structure in a form is as good as none, and could break a constraint.
  const filling = required.length === 0 && depth > 0 ? (simple[0] ?? members[0]) : undefined;
  if (filling !== undefined) required.push(filling[0]);
  const used = depth < MAX_DEPTH ? members : members.filter(([name]) => required.includes(name));
  return fc.record(Object.fromEntries(used.map(([name, member]) => [name, drawn(name, member)])), {
    requiredKeys: required,
  });
}
