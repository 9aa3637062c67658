/**
 * decode(encode(x)) = x for every operation of every service: values are drawn from the operation's own schemas, the
 * SDK's client writes the request and reads the answer, the wire stands between. No sockets.
 */
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as lambda from '@aws-sdk/client-lambda';
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { expect, test } from '@jest/globals';
import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import * as iam from '@aws-sdk/client-iam';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import fc from 'fast-check';
import type { ServiceName } from '../contract.ts';
import { createWire, describeService, type DecodedCall, type WireRequest } from './index.ts';
import { kindOf, membersOf, requiredMembers } from './schema-kind.ts';
import type { ClientClass } from './service-description.ts';

const CASES: readonly (readonly [string, ServiceName, object, ClientClass, object])[] = [
  ['CodeDeploy by JSON 1.1', 'codedeploy', codedeploy, codedeploy.CodeDeployClient, {}],
  ['Logs by JSON 1.1', 'logs', logs, logs.CloudWatchLogsClient, {}],
  ['Lambda by REST-JSON', 'lambda', lambda, lambda.LambdaClient, {}],
  ['CloudWatch by JSON 1.0', 'cloudwatch', cloudwatch, cloudwatch.CloudWatchClient, {}],
  ['CloudWatch by Query', 'cloudwatch', cloudwatch, cloudwatch.CloudWatchClient, { protocol: AwsQueryProtocol }],
  [
    'CloudWatch by CBOR',
    'cloudwatch',
    cloudwatch,
    cloudwatch.CloudWatchClient,
    { protocol: AwsSmithyRpcV2CborProtocol },
  ],
  ['CloudFormation by Query', 'cloudformation', cloudformation, cloudformation.CloudFormationClient, {}],
  [
    'CloudFormation by JSON 1.0',
    'cloudformation',
    cloudformation,
    cloudformation.CloudFormationClient,
    { protocol: AwsJson1_0Protocol },
  ],
  ['SNS by Query', 'sns', sns, sns.SNSClient, {}],
  ['STS by Query', 'sts', sts, sts.STSClient, {}],
  ['IAM by Query', 'iam', iam, iam.IAMClient, {}],
];

test.each(CASES)(
  '%s: what a client sends is what is read, and the other way round',
  async (_name, service, module, Client, options) => {
    const description = describeService(service, module, Client);
    const wire = createWire({ emulates: () => true });
    wire.add(description);
    let output: object = {};
    const calls: DecodedCall[] = [];
    const requestHandler = {
      handle(request: HttpRequest) {
        const decoded = wire.decode(wireRequest(request), 'request-1');
        if (decoded.type === 'call') calls.push(decoded);
        const { status, headers, body } = decoded.type === 'call' ? wire.encode(decoded, output) : decoded.response;
        const bytes = typeof body === 'string' ? Buffer.from(body) : body;
        return Promise.resolve({
          response: new HttpResponse({
            statusCode: status,
            headers: { ...headers } as Record<string, string>,
            body: bytes,
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

    for (const { name, input: inputSchema, output: outputSchema } of description.operations.values()) {
      const Command = commands[`${name}Command`];
      if (Command === undefined || isStreaming(inputSchema) || isStreaming(outputSchema)) continue;
      await fc.assert(
        fc.asyncProperty(valueOf(inputSchema), valueOf(outputSchema), async (input, answer) => {
          output = answer as object;
          calls.length = 0;
          const { $metadata: _, ...got } = await client.send(new Command(input as object));
          expect({ name, input: plain(calls.at(-1)?.input) }).toEqual({ name, input: plain(input) });
          expect({ name, output: plain(withoutStatus(outputSchema, got)) }).toEqual({ name, output: plain(answer) });
        }),
        { numRuns: 4 },
      );
    }
  },
  60_000,
);

function wireRequest({ method, path, query, headers, body }: HttpRequest): WireRequest {
  const search = buildQueryString(query ?? {});
  return {
    method,
    url: search === '' ? path : `${path}?${search}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? Buffer.from(body) : ((body as Uint8Array | undefined) ?? new Uint8Array()),
  };
}

const isStreaming = (schema: NormalizedSchema): boolean => membersOf(schema).some(([, member]) => member.isStreaming());

const withoutStatus = (schema: NormalizedSchema, value: Record<string, unknown>): object => {
  const codes = membersOf(schema)
    .filter(([, member]) => member.getMergedTraits().httpResponseCode)
    .map(([name]) => name);
  return Object.fromEntries(Object.entries(value).filter(([name]) => !codes.includes(name)));
};

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
const HEADER_TEXT = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 =;:/.-]{0,10}[A-Za-z0-9]$/);

function valueOf(schema: NormalizedSchema, depth = 0): fc.Arbitrary<unknown> {
  const kind = kindOf(schema);
  switch (kind) {
    case 'structure':
      return structureOf(schema, depth);
    case 'list':
      return depth > MAX_DEPTH
        ? fc.constant([])
        : fc.array(valueOf(schema.getValueSchema(), depth + 1), {
            minLength: schema.getMergedTraits().httpQuery === undefined ? 0 : 1,
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
        .map((it) => new Date(schema.getMergedTraits().httpHeader === undefined ? it : Math.floor(it / 1000) * 1000));
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 20 });
    case 'document':
    case 'unit':
      return fc.constant({});
    default:
      return kind satisfies never;
  }
}

function textOf(schema: NormalizedSchema): fc.Arbitrary<string> {
  const { httpHeader, httpLabel } = schema.getMergedTraits();
  if (httpHeader !== undefined) return HEADER_TEXT;
  return httpLabel === undefined ? TEXT : TEXT.filter((it) => it !== '.' && it !== '..');
}

function structureOf(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  const members = membersOf(schema).filter(([, member]) => !member.getMergedTraits().httpResponseCode);
  const simple = members.filter(([, member]) => !['structure', 'list', 'map'].includes(kindOf(member)));
  if (schema.isUnionSchema()) {
    const choices = depth < MAX_DEPTH || simple.length === 0 ? members : simple;
    return fc.oneof(...choices.map(([name, member]) => valueOf(member, depth + 1).map((it) => ({ [name]: it }))));
  }
  // A client invents a token where none is given.
  const required = members
    .filter(([name, member]) => requiredMembers(schema).includes(name) || member.isIdempotencyToken())
    .map(([name]) => name);
  // An empty structure in a form is as good as none, and could break a constraint.
  const filling = required.length === 0 && depth > 0 ? (simple[0] ?? members[0]) : undefined;
  if (filling !== undefined) required.push(filling[0]);
  const used = depth < MAX_DEPTH ? members : members.filter(([name]) => required.includes(name));
  return fc.record(Object.fromEntries(used.map(([name, member]) => [name, valueOf(member, depth + 1)])), {
    requiredKeys: required,
  });
}
