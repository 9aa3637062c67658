/** How JSON carries what it has no words for: timestamps as epoch seconds, blobs in base64, NaN as text. */
import { MalformedValue } from './schema-kind.ts';
import { DATE_TIME, EPOCH_SECONDS, HTTP_DATE, readTime, timestampFormat, writeTime } from './text-value.ts';
import { createTreeReader, unexpected, type TreeFormat, type TreeReader } from './tree-reader.ts';
import { createTreeWriter, type TreeWriteFormat, type TreeWriter } from './tree-writer.ts';

const read: TreeFormat = {
  keyOf: (name) => name,
  timestamp(value, schema) {
    const format = timestampFormat(schema, EPOCH_SECONDS);
    if (typeof value === 'number') return epochTime(value);
    if (typeof value === 'string' && format !== EPOCH_SECONDS) return readTime(value);
    throw unexpected(value, 'milliseconds since epoch');
  },
  blob(value) {
    if (typeof value !== 'string') throw unexpected(value, 'a Blob');
    return new Uint8Array(Buffer.from(value, 'base64'));
  },
};

const write: TreeWriteFormat = {
  keyOf: (name) => name,
  timestamp(value, schema) {
    const format = timestampFormat(schema, EPOCH_SECONDS);
    if (format === DATE_TIME || format === HTTP_DATE) return writeTime(value, format);
    return value.getTime() / 1000;
  },
  blob: (value) => Buffer.from(value).toString('base64'),
  number: (value) => (Number.isFinite(value) ? value : String(value)),
};

/** Only REST-JSON heeds the jsonName trait. */
const jsonName = {
  keyOf: (name: string, member: { getMergedTraits(): { jsonName?: string } }) =>
    member.getMergedTraits().jsonName ?? name,
};

export const jsonReader: TreeReader = createTreeReader(read);
export const jsonWriter: TreeWriter = createTreeWriter(write);
export const restJsonReader: TreeReader = createTreeReader({ ...read, ...jsonName });
export const restJsonWriter: TreeWriter = createTreeWriter({ ...write, ...jsonName });

/** An empty body is an empty structure, as all of AWS's clients take it. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (cause) {
    throw new MalformedValue('Could not parse request body into json', { cause });
  }
}

function epochTime(seconds: number): Date {
  const time = new Date(Math.round(seconds * 1000));
  if (Number.isNaN(time.getTime()))
    throw new MalformedValue('NUMBER_VALUE can not be converted to milliseconds since epoch');
  return time;
}
