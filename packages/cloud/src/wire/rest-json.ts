/** restJson1 (Lambda): the operation in method and path, members in path, query, headers and a JSON body. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AnswerForm, Shape } from './call.ts';
import { bindingsOf, readHead, readRawPayload, writeHead, writeRawPayload } from './http-bindings.ts';
import { parseJson, restJsonReader, restJsonWriter } from './json-format.ts';
import type { ProtocolCodec } from './protocol.ts';
import { oncePerStructure } from './schema-kind.ts';
import { isThere } from './tree-writer.ts';

const readBody = oncePerStructure((schema) => restJsonReader.ofMembers(bindingsOf(schema).body));
const writeBody = oncePerStructure((schema) => restJsonWriter.ofMembers(bindingsOf(schema).body));

export const restJson: ProtocolCodec = {
  protocol: 'rest-json',
  malformed: 'SerializationException',
  readInput(_service, { input: schema }, request) {
    const input = readHead(schema, request);
    const { payload, body } = bindingsOf(schema);
    if (request.body.length === 0) return input;
    if (payload !== undefined) {
      const [name, member] = payload;
      return {
        ...input,
        [name]: readRawPayload(member, request.body) ?? restJsonReader.of(member)(parseJson(request.body)),
      };
    }
    return body.length === 0 ? input : { ...input, ...readBody(schema)(parseJson(request.body)) };
  },
  writeOutput(_service, { output: schema, status: usual }, output, form) {
    const { status, headers } = writeHead(schema, output, usual);
    const body = bodyOf(schema, output);
    return { status, headers: { ...headersOf(form, body.length > 0), ...headers }, body };
  },
  writeError(_service, error, form) {
    const members = error.schema === undefined ? error.body : writeBody(error.schema)(error.body);
    const head = error.schema === undefined ? {} : writeHead(error.schema, error.body, error.status).headers;
    return {
      status: error.status,
      headers: { ...headersOf(form, true), 'x-amzn-errortype': error.name, ...head },
      body: JSON.stringify(members),
    };
  },
};

function bodyOf(schema: NormalizedSchema, output: Shape): string | Uint8Array {
  const { payload, body } = bindingsOf(schema);
  if (payload !== undefined) {
    const [name, member] = payload;
    if (!isThere(output[name])) return '';
    return writeRawPayload(member, output[name]) ?? JSON.stringify(restJsonWriter.of(member)(output[name]));
  }
  return body.length === 0 ? '' : JSON.stringify(writeBody(schema)(output));
}

const headersOf = (form: AnswerForm, hasBody: boolean): Record<string, string> =>
  hasBody
    ? { 'content-type': form.contentType, 'x-amzn-requestid': form.requestId }
    : { 'x-amzn-requestid': form.requestId };
