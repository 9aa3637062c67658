/** Smithy RPC v2, in CBOR and in JSON: `POST /service/<target>/operation/<operation>`. */
import { cbor, dateToTag } from '@smithy/core/cbor';
import type { AnswerForm, WireResponse } from './call.ts';
import { readCbor } from './cbor-reader.ts';
import { jsonReader, jsonWriter, parseJson } from './json-format.ts';
import { queryErrorHeader, type ProtocolCodec } from './protocol.ts';
import { createTreeReader, unexpected, type TreeReader } from './tree-reader.ts';
import { createTreeWriter, type TreeWriter } from './tree-writer.ts';

interface BodyFormat {
  readonly protocol: 'rpc-v2-cbor' | 'rpc-v2-json';
  readonly reader: TreeReader;
  readonly writer: TreeWriter;
  readonly parse: (body: Uint8Array) => unknown;
  readonly print: (tree: unknown) => string | Uint8Array;
}

const cborReader = createTreeReader({
  keyOf: (name) => name,
  timestamp(value) {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
    throw unexpected(value, 'a timestamp');
  },
  blob(value) {
    if (value instanceof Uint8Array) return value;
    throw unexpected(value, 'a Blob');
  },
});

const cborWriter = createTreeWriter({
  keyOf: (name) => name,
  timestamp: (value) => dateToTag(value),
  blob: (value) => value,
  number: (value) => value,
});

export const rpcV2Cbor: ProtocolCodec = rpcV2({
  protocol: 'rpc-v2-cbor',
  reader: cborReader,
  writer: cborWriter,
  parse: (body) => (body.length === 0 ? {} : readCbor(body)),
  // The encoder answers with a view of its own buffer, which the next call overwrites.
  print: (tree) => Uint8Array.from(cbor.serialize(tree)),
});

export const rpcV2Json: ProtocolCodec = rpcV2({
  protocol: 'rpc-v2-json',
  reader: jsonReader,
  writer: jsonWriter,
  parse: parseJson,
  print: (tree) => JSON.stringify(tree),
});

function rpcV2({ protocol, reader, writer, parse, print }: BodyFormat): ProtocolCodec {
  const answer = (
    form: AnswerForm,
    status: number,
    body: string | Uint8Array,
    headers: Record<string, string>,
  ): WireResponse => ({
    status,
    headers: {
      'content-type': form.contentType,
      'smithy-protocol': protocol,
      'x-amzn-requestid': form.requestId,
      ...headers,
    },
    body,
  });
  return {
    protocol,
    malformed: 'SerializationException',
    readInput(_service, { input }, { body }) {
      const read = input.isStructSchema() ? reader.of(input) : () => ({});
      return read(parse(body)) as Record<string, unknown>;
    },
    writeOutput(_service, { output: schema }, output, form) {
      return answer(form, 200, print(schema.isStructSchema() ? writer.of(schema)(output) : {}), {});
    },
    writeError(service, error, form) {
      const members = error.schema === undefined ? error.body : (writer.of(error.schema)(error.body) as object);
      const body = print({ __type: error.schema?.getName(true) ?? error.name, ...members });
      return answer(form, error.status, body, queryErrorHeader(service, error));
    },
  };
}
