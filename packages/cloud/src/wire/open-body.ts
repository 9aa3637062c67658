/**
 * Takes a body out of what it travels in: aws-chunked first, then gzip. A bomb stops at the size limit. Any other
 * Content-Encoding of S3 is no envelope: it is the object's own, kept with its bytes as they are. Source: S3 API
 * reference: PutObject, sigv4-streaming (D).
 */
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../aws-error.ts';
import type { Protocol, WireRequest } from './call.ts';

export function openBody({ headers, body }: WireRequest, maxBytes: number, protocol: Protocol): Uint8Array {
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  const encodings = (headers['content-encoding'] ?? '').split(',').map((it) => it.trim().toLowerCase());
  const chunked =
    encodings.includes('aws-chunked') || headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true;
  const whole = chunked ? joinChunks(Buffer.from(body.buffer, body.byteOffset, body.byteLength)) : body;
  const rest = encodings.filter((it) => it !== '' && it !== 'aws-chunked' && it !== 'identity');
  if (rest.length === 0 || protocol === 'rest-xml') return whole;
  if (rest.length > 1 || rest[0] !== 'gzip') {
    throw new AwsError('UnsupportedMediaType', `The content encoding ${rest.join(', ')} is not supported.`, 415);
  }
  return unzip(whole, maxBytes);
}

function unzip(body: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new AwsError('SerializationException', 'The request body is not valid gzip.');
  }
}

/** `hex size[;chunk-signature=…] CRLF data CRLF …`, ended by a chunk of size 0 and trailers. */
function joinChunks(body: Buffer): Uint8Array {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at);
    const size = /^([0-9a-f]{1,8})(;|$)/i.exec(
      end < 0 ? '' : body.toString('latin1', at, Math.min(end, at + 256)),
    )?.[1];
    if (size === undefined) throw incomplete();
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(parts);
    if (end + 2 + length > body.length) throw incomplete();
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}

const incomplete = (): AwsError =>
  new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );

export const tooLarge = (maxBytes: number): AwsError =>
  new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${maxBytes} bytes`, 413);
