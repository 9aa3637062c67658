/**
 * The members of a REST operation that travel outside the body: in the path, the query, headers, the status.
 * Read from a request and written to an answer here; the body is the protocol's own.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { membersOf, oncePerStructure } from './schema-kind.ts';
import { DATE_TIME, HTTP_DATE, readText, writeText } from './text-value.ts';
import { bytesOf, isThere } from './tree-writer.ts';

type Member = readonly [name: string, schema: NormalizedSchema];

interface Bindings {
  readonly labels: readonly Member[];
  readonly query: readonly (readonly [...Member, key: string])[];
  readonly headers: readonly (readonly [...Member, header: string])[];
  readonly prefixHeaders: readonly (readonly [name: string, prefix: string])[];
  readonly status: string | undefined;
  readonly payload: Member | undefined;
  readonly body: readonly Member[];
}

/** Where each member of a structure travels. */
export const bindingsOf: (schema: NormalizedSchema) => Bindings = oncePerStructure((schema) => {
  const members = membersOf(schema).map(([name, member]) => ({ name, member, traits: member.getMergedTraits() }));
  return {
    labels: members.flatMap(({ name, member, traits }) => (traits.httpLabel ? [[name, member] as const] : [])),
    query: members.flatMap(({ name, member, traits }) =>
      traits.httpQuery === undefined ? [] : [[name, member, traits.httpQuery] as const],
    ),
    headers: members.flatMap(({ name, member, traits }) =>
      traits.httpHeader === undefined ? [] : [[name, member, traits.httpHeader.toLowerCase()] as const],
    ),
    prefixHeaders: members.flatMap(({ name, traits }) =>
      traits.httpPrefixHeaders === undefined ? [] : [[name, traits.httpPrefixHeaders.toLowerCase()] as const],
    ),
    status: members.find(({ traits }) => traits.httpResponseCode)?.name,
    payload: members.filter(({ traits }) => traits.httpPayload).map(({ name, member }) => [name, member] as const)[0],
    body: members.flatMap(({ name, member, traits }) => (isBound(traits) ? [] : [[name, member] as const])),
  };
});

const isBound = (traits: ReturnType<NormalizedSchema['getMergedTraits']>): boolean =>
  traits.httpLabel !== undefined ||
  traits.httpQuery !== undefined ||
  traits.httpHeader !== undefined ||
  traits.httpPrefixHeaders !== undefined ||
  traits.httpResponseCode !== undefined ||
  traits.httpPayload !== undefined;

export interface RequestHead {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

/** The input's members that stand in the request's head. */
export function readHead(schema: NormalizedSchema, { labels, query, headers }: RequestHead): Record<string, unknown> {
  const bindings = bindingsOf(schema);
  const input: Record<string, unknown> = {};
  const put = (name: string, member: NormalizedSchema, text: string | null | undefined): void => {
    if (text !== null && text !== undefined) input[name] = readText(member, text);
  };
  for (const [name, member] of bindings.labels) put(name, member, labels[name]);
  for (const [name, member, key] of bindings.query) {
    if (!member.isListSchema()) put(name, member, query.get(key));
    else if (query.has(key)) input[name] = query.getAll(key).map((it) => readText(member.getValueSchema(), it));
  }
  for (const [name, member, header] of bindings.headers) {
    const text = headers[header];
    if (!member.isListSchema()) put(name, member, text);
    else if (text !== undefined) input[name] = text.split(/\s*,\s*/).map((it) => readText(member.getValueSchema(), it));
  }
  for (const [name, prefix] of bindings.prefixHeaders) {
    const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
    if (found.length > 0)
      input[name] = Object.fromEntries(found.map(([header, text]) => [header.slice(prefix.length), text]));
  }
  return input;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** The output's members that stand in the answer's head. */
export function writeHead(schema: NormalizedSchema, output: Shape, status: number): AnswerHead {
  const bindings = bindingsOf(schema);
  const headers: Record<string, string> = {};
  for (const [name, member, header] of bindings.headers) {
    if (isThere(output[name])) headers[header] = headerText(writeText(member, output[name], HTTP_DATE));
  }
  for (const [name, prefix] of bindings.prefixHeaders) {
    for (const [key, text] of Object.entries((output[name] ?? {}) as Shape))
      headers[prefix + key.toLowerCase()] = headerText(String(text));
  }
  const code = bindings.status === undefined ? undefined : output[bindings.status];
  return { status: typeof code === 'number' ? code : status, headers };
}

/** What an HTTP header cannot carry is percent-encoded. */
const headerText = (text: string): string =>
  text.replace(/[^\t\x20-\x7e]/gu, (it) => encodeURIComponent(it.toWellFormed()));

/** A payload of bytes or text is the body itself; undefined means that the protocol has to write it. */
export function writeRawPayload(member: NormalizedSchema, value: unknown): string | Uint8Array | undefined {
  if (member.isBlobSchema()) return bytesOf(value, member);
  if (member.isStringSchema()) return String(value);
  return member.isStructSchema() || member.isDocumentSchema() ? undefined : writeText(member, value, DATE_TIME);
}

export function readRawPayload(member: NormalizedSchema, body: Uint8Array): unknown {
  if (member.isBlobSchema()) return new Uint8Array(body);
  return member.isStringSchema() ? Buffer.from(body).toString('utf8') : undefined;
}
