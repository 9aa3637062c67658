/** Listing: keys in the order of their bytes, those with a common prefix up to a delimiter told as one, in pages. */
import type { ListObjectsRequest, ListObjectsV2Request } from '@aws-sdk/client-s3';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { bucketArn, currentObject, requireBucket } from './find.ts';
import type { Bucket, StoredObject } from './state.ts';

interface Asked {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only what comes after this key. */
  readonly after: string;
  readonly most: number;
}

interface Listed {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of this page, when more remains. */
  readonly next: string | undefined;
}

/** Source: S3 API reference, ListObjectsV2 (D): at most 1,000 entries a page, a common prefix counts as one. */
function list(world: World, bucket: string | undefined, { prefix, delimiter, after, most }: Asked): Listed {
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = '';
  const found = requireBucket(world, bucket);
  for (const key of keysOf(found)) {
    const object = currentObject(found, key);
    if (object === undefined) continue;
    if (!object.key.startsWith(prefix)) continue;
    const end = delimiter === undefined || delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const group = end < 0 ? undefined : object.key.slice(0, end + (delimiter?.length ?? 0));
    if (group === undefined ? object.key <= after : group <= after || prefixes.at(-1) === group) continue;
    if (objects.length + prefixes.length >= most) return { objects, prefixes, next: last };
    if (group === undefined) objects.push(object);
    else prefixes.push(group);
    last = group ?? object.key;
  }
  return { objects, prefixes, next: undefined };
}

/** In the order of their bytes. */
export const keysOf = ({ versions }: Bucket): readonly string[] =>
  [...versions.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

export const shown = ({ key, etag, body, modifiedAt, head }: StoredObject) => ({
  Key: key,
  LastModified: new Date(modifiedAt),
  ETag: etag,
  Size: body.length,
  StorageClass: head['StorageClass'] ?? 'STANDARD',
});

/** With `EncodingType: url` names come percent-encoded, so that XML can carry any key. */
export const nameWriter = (encoding: string | undefined): ((name: string) => string) =>
  encoding === 'url' ? (name) => encodeURIComponent(name).replaceAll('%2F', '/') : (name) => name;

function page(input: ListObjectsRequest | ListObjectsV2Request, { objects, prefixes }: Listed) {
  const write = nameWriter(input.EncodingType);
  return {
    Name: input.Bucket,
    Prefix: write(input.Prefix ?? ''),
    MaxKeys: input.MaxKeys ?? 1000,
    ...(input.Delimiter !== undefined && { Delimiter: write(input.Delimiter) }),
    ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
    Contents: objects.map((it) => ({ ...shown(it), Key: write(it.key) })),
    CommonPrefixes: prefixes.map((it) => ({ Prefix: write(it) })),
  };
}

const asked = ({ Prefix, Delimiter, MaxKeys }: ListObjectsRequest | ListObjectsV2Request, after: string): Asked => ({
  prefix: Prefix ?? '',
  delimiter: Delimiter,
  after,
  most: Math.min(MaxKeys ?? 1000, 1000),
});

/** A token is the key that the page before ended with, in a form that says nothing. */
const token = (key: string): string => Buffer.from(key).toString('base64url');
const keyOf = (text: string): string => Buffer.from(text, 'base64url').toString();

export const ListObjectsV2 = operation<ListObjectsV2Request>({
  action: 's3:ListBucket',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, input) {
    const { ContinuationToken: from, StartAfter = '' } = input;
    const listed = list(world, input.Bucket, asked(input, from === undefined ? StartAfter : keyOf(from)));
    return {
      output: {
        ...page(input, listed),
        KeyCount: listed.objects.length + listed.prefixes.length,
        IsTruncated: listed.next !== undefined,
        ...(from !== undefined && { ContinuationToken: from }),
        ...(listed.next !== undefined && { NextContinuationToken: token(listed.next) }),
      },
      effects: [],
    };
  },
});

export const ListObjects = operation<ListObjectsRequest>({
  action: 's3:ListBucket',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, input) {
    const listed = list(world, input.Bucket, asked(input, input.Marker ?? ''));
    const write = nameWriter(input.EncodingType);
    return {
      output: {
        ...page(input, listed),
        Marker: write(input.Marker ?? ''),
        IsTruncated: listed.next !== undefined,
        ...(listed.next !== undefined && { NextMarker: write(listed.next) }),
      },
      effects: [],
    };
  },
});
