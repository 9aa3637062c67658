/** Objects: put, got, headed, copied, deleted, listed. */
import { createHash } from 'node:crypto';
import type {
  CopyObjectRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  GetObjectRequest,
  HeadObjectRequest,
  ObjectIdentifier,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { Effect } from '../../effects.ts';
import type { World } from '../../world-state.ts';
import { currentObject, headNotFound, objectArn, requireBucket, requireObject } from './find.ts';
import { checkCopy, checkRead, checkWrite } from './preconditions.ts';
import { type Bucket, NULL_VERSION, type ObjectHead, type StoredObject } from './state.ts';
import { deletion, nextVersionId, shownVersionId } from './versioning.ts';

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
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'StorageClass',
  'WebsiteRedirectLocation',
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
    const { Key: key = '', Body: body = new Uint8Array(), ContentMD5 } = input;
    const bucket = requireBucket(world, input.Bucket);
    checkKey(key);
    checkWrite(currentObject(bucket, key), key, input);
    if (ContentMD5 !== undefined && createHash('md5').update(body).digest('base64') !== ContentMD5)
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    const etag = etagOf(body);
    const versionId = nextVersionId(world, bucket, key);
    const head = headOf({ ...input });
    return {
      output: {
        ETag: etag,
        ServerSideEncryption: input.ServerSideEncryption ?? 'AES256',
        ...shownVersionId(bucket, versionId),
      },
      effects: [{ type: 's3.ObjectPut', bucket: bucket.name, key, versionId, body, etag, head }],
    };
  },
});

const shownHead = (bucket: Bucket, { body, etag, head, modifiedAt, versionId }: StoredObject) => ({
  AcceptRanges: 'bytes',
  ContentLength: body.length,
  ContentType: 'binary/octet-stream',
  ETag: etag,
  LastModified: new Date(modifiedAt),
  ServerSideEncryption: 'AES256',
  ...shownVersionId(bucket, versionId),
  ...head,
});

/** A version that is named needs an action of its own. Source: service authorization reference of S3 (D). */
const readAction = ({ VersionId }: { readonly VersionId?: string | undefined }): string =>
  VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';

export const GetObject = operation<GetObjectRequest>({
  action: 's3:GetObject',
  actionOf: readAction,
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, input) {
    const bucket = requireBucket(world, input.Bucket);
    const object = requireObject(world, input.Bucket, input.Key, input.VersionId);
    checkRead(object, input);
    const head = { ...shownHead(bucket, object), ...overrides(input) };
    const range = rangeOf(input.Range, object.body.length);
    if (range === undefined) return { output: { ...head, Body: object.body }, effects: [] };
    const [from, to] = range;
    const part = object.body.subarray(from, to + 1);
    const ContentRange = `bytes ${from}-${to}/${object.body.length}`;
    return { output: { ...head, ContentLength: part.length, ContentRange, Body: part }, effects: [] };
  },
});

/** A caller may want another head than the object's: a presigned URL for a download says its name so. */
const overrides = (input: GetObjectRequest | HeadObjectRequest): object =>
  Object.fromEntries(
    Object.entries({
      CacheControl: input.ResponseCacheControl,
      ContentDisposition: input.ResponseContentDisposition,
      ContentEncoding: input.ResponseContentEncoding,
      ContentLanguage: input.ResponseContentLanguage,
      ContentType: input.ResponseContentType,
    }).filter(([, value]) => value !== undefined),
  );

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
  actionOf: readAction,
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, input) {
    if (!world.s3.buckets.has(input.Bucket ?? '')) throw headNotFound();
    const object = requireObject(world, input.Bucket, input.Key, input.VersionId);
    checkRead(object, input);
    const head = shownHead(requireBucket(world, input.Bucket), object);
    return { output: { ...head, ...overrides(input) }, effects: [] };
  },
});

/** `/bucket/key` or `bucket/key`, encoded, with `?versionId=…` after it for another version than the current one. */
export function copySource(world: World, source = ''): StoredObject {
  const [, bucket, key, versionId] = /^\/?([^/]+)\/([^?]+)(?:\?versionId=(.*))?$/.exec(source) ?? [];
  if (bucket === undefined || key === undefined)
    throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return requireObject(world, bucket, decoded(key), versionId);
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
    const source = copySource(world, input.CopySource);
    checkCopy(source, input);
    checkWrite(currentObject(requireBucket(world, input.Bucket), input.Key ?? ''), input.Key ?? '', input);
    const bucket = requireBucket(world, input.Bucket);
    const { Key: key = '' } = input;
    checkKey(key);
    const { body, etag } = source;
    const head = input.MetadataDirective === 'REPLACE' ? headOf({ ...input }) : source.head;
    const versionId = nextVersionId(world, bucket, key);
    return {
      output: {
        CopyObjectResult: { ETag: etag, LastModified: new Date(now) },
        ...(source.versionId !== NULL_VERSION && { CopySourceVersionId: source.versionId }),
        ...shownVersionId(bucket, versionId),
      },
      effects: [{ type: 's3.ObjectPut', bucket: bucket.name, key, versionId, body, etag, head }],
    };
  },
});

const deleteAction = ({ VersionId }: { readonly VersionId?: string | undefined }): string =>
  VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';

export const DeleteObject = operation<DeleteObjectRequest>({
  action: 's3:DeleteObject',
  actionOf: deleteAction,
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, Key = '', VersionId }) {
    const { effects, isMarker, versionId } = deletion(world, requireBucket(world, Bucket), Key, VersionId);
    const marker = isMarker ? { DeleteMarker: true } : {};
    return { output: { ...marker, ...(versionId !== undefined && { VersionId: versionId }) }, effects };
  },
});

export const DeleteObjects = operation<DeleteObjectsRequest>({
  action: 's3:DeleteObject',
  resource: (world, { Bucket }) => objectArn(world, Bucket),
  run(world, { Bucket, Delete }) {
    const bucket = requireBucket(world, Bucket);
    const wanted = Delete?.Objects ?? [];
    if (wanted.length === 0 || wanted.length > 1000)
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    const answers = uniqueOf(wanted).map((it) => deletedOne(world, bucket, it));
    const deleted = answers.flatMap((it) => (it.type === 'deleted' ? [it] : []));
    const refused = answers.flatMap((it) => (it.type === 'refused' ? [it.shown] : []));
    return {
      output: {
        Deleted: Delete?.Quiet === true ? [] : deleted.map((it) => it.shown),
        ...(refused.length > 0 && { Errors: refused }),
      },
      effects: deleted.flatMap((it) => it.effects),
    };
  },
});

const uniqueOf = (wanted: readonly ObjectIdentifier[]): readonly ObjectIdentifier[] => [
  ...new Map(wanted.map((it) => [`${it.Key}?${it.VersionId ?? ''}`, it])).values(),
];

type DeletedOne =
  | { readonly type: 'deleted'; readonly shown: object; readonly effects: readonly Effect[] }
  | { readonly type: 'refused'; readonly shown: object };

/** One that cannot be deleted is told beside the others, which are. */
function deletedOne(world: World, bucket: Bucket, { Key = '', VersionId }: ObjectIdentifier): DeletedOne {
  const named = { Key, ...(VersionId !== undefined && { VersionId }) };
  try {
    const { effects, isMarker, versionId } = deletion(world, bucket, Key, VersionId);
    const marker = isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
    return { type: 'deleted', effects, shown: { ...named, ...marker } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { type: 'refused', shown: { ...named, Code: error.code, Message: error.message } };
  }
}
