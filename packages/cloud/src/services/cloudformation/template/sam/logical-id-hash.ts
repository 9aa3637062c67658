import { createHash } from 'node:crypto';
import type { Value } from '../template-value.ts';
import { isList, isMap } from '../template-value.ts';

/**
 * The suffix that makes a logical id change with its data: the first ten hexadecimal digits of SHA-1 over
 * the text itself, or over compact JSON with sorted keys. Nothing at all gives no suffix.
 * Source: ST:translator/logical_id_generator.py (R)
 */
export function logicalIdHash(data: Value, length = 10): string {
  if (data === null || data === '' || data === false || data === 0) return '';
  if ((isList(data) && data.length === 0) || (isMap(data) && Object.keys(data).length === 0)) return '';
  const text = typeof data === 'string' ? data : pythonJson(data);
  return createHash('sha1').update(text, 'utf8').digest('hex').slice(0, length);
}

/** What Python prints for `json.dumps(value, separators=(',', ':'), sort_keys=True)`. */
export function pythonJson(value: Value): string {
  if (isList(value)) return `[${value.map(pythonJson).join(',')}]`;
  if (isMap(value)) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${asciiString(key)}:${pythonJson(item)}`).join(',')}}`;
  }
  return typeof value === 'string' ? asciiString(value) : JSON.stringify(value);
}

/** Python escapes all that is not ASCII, one `\uXXXX` a UTF-16 unit, and writes DEL as it is. */
const asciiString = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
