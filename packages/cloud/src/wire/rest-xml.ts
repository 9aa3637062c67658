/** restXml (S3): as REST-JSON, with XML bodies; those the SDK's own codec reads and writes. */
import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { bindingsOf, readHead, readRawPayload, writeHead, writeRawPayload } from './http-bindings.ts';
import type { ProtocolCodec } from './protocol.ts';
import { MalformedValue } from './schema-kind.ts';
import type { ServiceDescription } from './service-description.ts';
import { DATE_TIME } from './text-value.ts';
import { isThere } from './tree-writer.ts';
import { escapeXml, tag } from './xml-writer.ts';

export const restXml: ProtocolCodec = {
  protocol: 'rest-xml',
  malformed: 'MalformedXML',
  readInput(service, { input: schema }, request) {
    const input = readHead(schema, request);
    const { payload, body } = bindingsOf(schema);
    // An object may have no bytes at all; other bodies are either there or not.
    if (request.body.length === 0 && payload?.[1].isBlobSchema() !== true) return input;
    if (payload !== undefined) {
      const [name, member] = payload;
      return { ...input, [name]: readRawPayload(member, request.body) ?? readXml(service, member, request.body) };
    }
    const members = body.length === 0 ? {} : (readXml(service, schema, request.body) as Shape);
    const inBody = body.flatMap(([name]) => (isThere(members[name]) ? [[name, members[name]] as const] : []));
    return { ...input, ...Object.fromEntries(inBody) };
  },
  writeOutput(service, { output: schema, status: usual }, output, form) {
    // A part of an object says so; the model knows no second status.
    const { status, headers } = writeHead(schema, output, isThere(output['ContentRange']) ? 206 : usual);
    const body = form.method === 'HEAD' ? '' : bodyOf(service, schema, output);
    const isObject = bindingsOf(schema).payload?.[1].isBlobSchema() === true;
    const type = body.length > 0 ? { 'content-type': isObject ? 'binary/octet-stream' : form.contentType } : {};
    return { status, headers: { ...type, 'x-amz-request-id': form.requestId, ...headers }, body };
  },
  writeError(_service, error, form) {
    const members = Object.entries(error.body).filter(([name]) => name.toLowerCase() !== 'message');
    const text = members.map(([name, value]) => (isHead(name) ? '' : tag(name, escapeXml(String(value))))).join('');
    const inner = `${tag('Code', error.name)}${tag('Message', escapeXml(error.message))}${text}${tag('RequestId', form.requestId)}`;
    const head = Object.fromEntries(members.flatMap(([name, value]) => (isHead(name) ? [[name, String(value)]] : [])));
    return {
      status: error.status,
      headers: { 'content-type': form.contentType, 'x-amz-request-id': form.requestId, ...head },
      body:
        form.method === 'HEAD' || error.status === NOT_MODIFIED
          ? ''
          : `<?xml version="1.0" encoding="UTF-8"?>\n${tag('Error', inner)}`,
    };
  },
};

const NOT_MODIFIED = 304;
/** What S3 says of a delete marker stands in the head of the answer, not among the error's members. */
const isHead = (member: string): boolean => member.startsWith('x-amz-');

function bodyOf(service: ServiceDescription, schema: NormalizedSchema, output: Shape): string | Uint8Array {
  const { payload, body } = bindingsOf(schema);
  if (payload !== undefined) {
    const [name, member] = payload;
    if (!isThere(output[name])) return '';
    return writeRawPayload(member, output[name]) ?? writeXml(service, member, output[name]);
  }
  if (body.length === 0) return '';
  const members = body.map(([name]) => [name, output[name]] as const);
  return writeXml(service, schema, Object.fromEntries(members));
}

const codecOf = ({ xmlns, namespace }: ServiceDescription): XmlCodec =>
  new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: true,
    xmlNamespace: xmlns,
    serviceNamespace: namespace,
  });

function writeXml(service: ServiceDescription, schema: NormalizedSchema, value: unknown): string {
  const serializer = codecOf(service).createSerializer();
  serializer.write(schema, value);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(serializer.flush())}`;
}

function readXml(service: ServiceDescription, schema: NormalizedSchema, body: Uint8Array): unknown {
  try {
    return codecOf(service).createDeserializer().read(schema, body);
  } catch (cause) {
    throw new MalformedValue(
      'The XML you provided was not well-formed or did not validate against our published schema',
      { cause },
    );
  }
}
