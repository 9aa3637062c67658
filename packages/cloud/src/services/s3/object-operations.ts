/** Objects: put, got, headed, copied, deleted, listed. */
import { createHash } from 'node:crypto';
import type {
  CopyObjectRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  GetObjectRequest,
  HeadObjectRequest,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { headNotFound, objectArn, requireBucket, requireObject } from './find.ts';
import type { ObjectHead, StoredObject } from './state.ts';

/** A body as the wire reads it. */
export type WithBytes<T> = Omit<T, 'Body'> & { readonly Body?: Uint8Array };

export const etagOf = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`;

const KEPT = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Metadata',
  'ServerSideEncryption',
] as const;

/** What of a request an object remembers. `aws-chunked` is how it travelled, not what it is. */
export function headOf(input: Readonly<Record<string, unknown>>): ObjectHead {
  const entries = KEPT.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]] as const]));
  const head = Object.fromEntries(entries);
  const encoding = (typeof head['ContentEncoding'] === 'string' ? head['ContentEncoding'] : '')
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '' && it !== 'aws-chunked');
  const { ContentEncoding: _encoding, ...rest } = head;
  return encoding.length === 0 ? rest : { ...rest, ContentEncoding: encoding.join(',') };
}

/** Source: S3 user guide, object keys: at most 1,024 bytes of UTF-8 (D). */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Key: key });
}

export const PutObject = operation<WithBytes<PutObjectRequest>>({
  action: 's3:PutObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, input) {
    const { Key: key = '', Body: body = new Uint8Array(), IfNoneMatch, ContentMD5 } = input;
    const bucket = requireBucket(world, input.Bucket);
    checkKey(key);
    if (IfNoneMatch === '*' && bucket.objects.has(key))
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    if (ContentMD5 !== undefined && createHash('md5').update(body).digest('base64') !== ContentMD5)
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    const etag = etagOf(body);
    return {
      output: { ETag: etag, ServerSideEncryption: input.ServerSideEncryption ?? 'AES256' },
      effects: [{ type: 's3.ObjectPut', bucket: bucket.name, key, body, etag, head: headOf({ ...input }) }],
    };
  },
});

const shownHead = ({ body, etag, head, modifiedAt }: StoredObject) => ({
  AcceptRanges: 'bytes',
  ContentLength: body.length,
  ContentType: 'binary/octet-stream',
  ETag: etag,
  LastModified: new Date(modifiedAt),
  ServerSideEncryption: 'AES256',
  ...head,
});

export const GetObject = operation<GetObjectRequest>({
  action: 's3:GetObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, Key, Range }) {
    const object = requireObject(world, Bucket, Key);
    const range = rangeOf(Range, object.body.length);
    if (range === undefined) return { output: { ...shownHead(object), Body: object.body }, effects: [] };
    const [from, to] = range;
    const part = object.body.subarray(from, to + 1);
    const ContentRange = `bytes ${from}-${to}/${object.body.length}`;
    return { output: { ...shownHead(object), ContentLength: part.length, ContentRange, Body: part }, effects: [] };
  },
});

/** `bytes=0-99`, `bytes=100-`, `bytes=-20`: first and last byte. Any other unit or form is ignored, as HTTP says. */
function rangeOf(range: string | undefined, length: number): readonly [number, number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (from > to) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return [from, to];
}

export const HeadObject = operation<HeadObjectRequest>({
  action: 's3:GetObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket = '', Key = '' }) {
    const object = world.s3.buckets.get(Bucket)?.objects.get(Key);
    if (object === undefined) throw headNotFound();
    return { output: shownHead(object), effects: [] };
  },
});

/** `/bucket/key` or `bucket/key`, encoded. */
export function copySource(world: World, source = ''): StoredObject {
  const [, bucket, key] = /^\/?([^/]+)\/([^?]+)/.exec(source) ?? [];
  if (bucket === undefined || key === undefined)
    throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return requireObject(world, bucket, decoded(key));
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new AwsError('InvalidArgument', 'The copy source is not well-formed.');
  }
}

export const CopyObject = operation<CopyObjectRequest>({
  action: 's3:PutObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, input, { now }) {
    const { body, etag, head } = copySource(world, input.CopySource);
    const { name: bucket } = requireBucket(world, input.Bucket);
    const { Key: key = '' } = input;
    checkKey(key);
    const kept = input.MetadataDirective === 'REPLACE' ? headOf({ ...input }) : head;
    return {
      output: { CopyObjectResult: { ETag: etag, LastModified: new Date(now) } },
      effects: [{ type: 's3.ObjectPut', bucket, key, body, etag, head: kept }],
    };
  },
});

/** Deleting what is not there succeeds. */
const removal = (world: World, bucket: string, key: string) =>
  world.s3.buckets.get(bucket)?.objects.has(key) ? [{ type: 's3.ObjectDeleted', bucket, key } as const] : [];

export const DeleteObject = operation<DeleteObjectRequest>({
  action: 's3:DeleteObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, Key = '' }) {
    const { name } = requireBucket(world, Bucket);
    return { output: {}, effects: removal(world, name, Key) };
  },
});

export const DeleteObjects = operation<DeleteObjectsRequest>({
  action: 's3:DeleteObject',
  resource: (world, { Bucket }) => objectArn(world, Bucket),
  run(world, { Bucket, Delete }) {
    const { name } = requireBucket(world, Bucket);
    const keys = (Delete?.Objects ?? []).map(({ Key = '' }) => Key);
    if (keys.length === 0 || keys.length > 1000)
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    const Deleted = Delete?.Quiet === true ? [] : keys.map((Key) => ({ Key }));
    return { output: { Deleted }, effects: [...new Set(keys)].flatMap((key) => removal(world, name, key)) };
  },
});
