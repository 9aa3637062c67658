/** awsJson1_0 and awsJson1_1: `POST /`, the operation in `x-amz-target`, everything in one JSON body. */
import type { AnswerForm, WireResponse } from './call.ts';
import { jsonReader, jsonWriter, parseJson } from './json-format.ts';
import { queryErrorHeader, type ProtocolCodec } from './protocol.ts';

export const jsonRpc: ProtocolCodec = {
  protocol: 'aws-json',
  malformed: 'SerializationException',
  readInput(_service, { input }, { body }) {
    const read = input.isStructSchema() ? jsonReader.of(input) : () => ({});
    return read(parseJson(body)) as Record<string, unknown>;
  },
  writeOutput(_service, { output: schema }, output, form) {
    return answer(form, 200, schema.isStructSchema() ? jsonWriter.of(schema)(output) : {}, {});
  },
  writeError(service, error, form) {
    const members = error.schema === undefined ? error.body : (jsonWriter.of(error.schema)(error.body) as object);
    // JSON 1.0 services write the whole shape id, JSON 1.1 services the bare name.
    const isFirst = form.contentType.endsWith('-1.0') && error.schema !== undefined;
    const type = isFirst ? (error.schema?.getName(true) ?? error.name) : error.name;
    return answer(form, error.status, { __type: type, ...members }, queryErrorHeader(service, error));
  },
};

function answer(form: AnswerForm, status: number, body: unknown, headers: Record<string, string>): WireResponse {
  return {
    status,
    headers: { 'content-type': form.contentType, 'x-amzn-requestid': form.requestId, ...headers },
    body: JSON.stringify(body),
  };
}
