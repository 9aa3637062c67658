/** Simple values as text: in paths, headers, query strings, forms and XML. */
import type { NormalizedSchema } from '@smithy/core/schema';
import { kindOf, MalformedValue } from './schema-kind.ts';
import { bytesOf, dateOf } from './tree-writer.ts';

/** Smithy's timestamp formats, numbered as the schemas number them. */
export const DATE_TIME = 5;
export const HTTP_DATE = 6;
export const EPOCH_SECONDS = 7;
export type TimestampFormat = typeof DATE_TIME | typeof HTTP_DATE | typeof EPOCH_SECONDS;

/** The format that a shape asks for by its own trait, else the protocol's. */
export function timestampFormat(schema: NormalizedSchema, otherwise: TimestampFormat): TimestampFormat {
  const own: unknown = schema.getSchema();
  return own === DATE_TIME || own === HTTP_DATE || own === EPOCH_SECONDS ? own : otherwise;
}

export function readText(schema: NormalizedSchema, text: string): unknown {
  const kind = kindOf(schema);
  switch (kind) {
    case 'string':
    case 'document':
    case 'unit':
      return text;
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new MalformedValue(`${JSON.stringify(text)} can not be converted to a Boolean`);
    case 'number':
      return readNumber(text);
    case 'timestamp':
      return readTime(text);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'structure':
    case 'list':
    case 'map':
      throw new MalformedValue(`${JSON.stringify(text)} can not be converted to a ${kind}`);
    default:
      return kind satisfies never;
  }
}

function readNumber(text: string): number {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new MalformedValue(`${JSON.stringify(text)} can not be converted to a Number`);
  return value;
}

/** All three formats are told apart by their looks: clients differ in what they send. */
export function readTime(text: string): Date {
  const time = new Date(/^-?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Math.round(Number(text) * 1000) : text);
  if (Number.isNaN(time.getTime())) throw new MalformedValue('timestamp must follow ISO8601');
  return time;
}

export function writeText(schema: NormalizedSchema, value: unknown, format: TimestampFormat): string {
  const kind = kindOf(schema);
  if (kind === 'timestamp') return writeTime(dateOf(value, schema), timestampFormat(schema, format));
  if (kind === 'blob') return Buffer.from(bytesOf(value, schema)).toString('base64');
  return Array.isArray(value) ? value.join(',') : String(value);
}

export function writeTime(time: Date, format: TimestampFormat): string {
  switch (format) {
    case DATE_TIME:
      return time.toISOString();
    case HTTP_DATE:
      return time.toUTCString();
    case EPOCH_SECONDS:
      return String(time.getTime() / 1000);
    default:
      return format satisfies never;
  }
}
