/** Every version and delete marker, by key and then from the newest. Source: S3 API reference, ListObjectVersions (D). */
import type { ListObjectVersionsRequest } from '@aws-sdk/client-s3';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { bucketArn, checkVersionId, requireBucket } from './find.ts';
import { keysOf, nameWriter, shown } from './list-objects.ts';
import type { Bucket, Version } from './state.ts';

interface Listed {
  readonly versions: readonly (Version & { readonly isLatest: boolean })[];
  readonly prefixes: readonly string[];
  /** The last version or prefix of this page, when more remains. */
  readonly next: { readonly key: string; readonly versionId?: string } | undefined;
}

/** At most 1,000 entries a page; a common prefix counts as one. */
function list(bucket: Bucket, input: ListObjectVersionsRequest): Listed {
  const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
  const most = Math.min(input.MaxKeys ?? 1000, 1000);
  const versions: (Version & { readonly isLatest: boolean })[] = [];
  const prefixes: string[] = [];
  let last: Listed['next'] = { key: '' };
  const isFull = (): boolean => versions.length + prefixes.length >= most;
  for (const key of keysOf(bucket)) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end >= 0) {
      const group = key.slice(0, end + delimiter.length);
      if (group <= (input.KeyMarker ?? '') || prefixes.at(-1) === group) continue;
      if (isFull()) return { versions, prefixes, next: last };
      prefixes.push(group);
      last = { key: group };
      continue;
    }
    for (const version of versionsAfter(bucket, key, input)) {
      if (isFull()) return { versions, prefixes, next: last };
      versions.push(version);
      last = { key, versionId: version.versionId };
    }
  }
  return { versions, prefixes, next: undefined };
}

/** What of a key comes after the marker: nothing, all, or the versions older than the one that it names. */
function versionsAfter(
  { versions }: Bucket,
  key: string,
  { KeyMarker: from = '', VersionIdMarker }: ListObjectVersionsRequest,
) {
  const all = (versions.get(key) ?? []).map((it, i) => ({ ...it, isLatest: i === 0 }));
  if (key > from) return all;
  if (key < from || VersionIdMarker === undefined) return [];
  return all.slice(all.findIndex((it) => it.versionId === VersionIdMarker) + 1);
}

export const ListObjectVersions = operation<ListObjectVersionsRequest>({
  action: 's3:ListBucketVersions',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, input) {
    const bucket = requireBucket(world, input.Bucket);
    checkMarkers(input);
    const { versions, prefixes, next } = list(bucket, input);
    const write = nameWriter(input.EncodingType);
    const told = (it: (typeof versions)[number]) => ({
      ...whose(world),
      Key: write(it.key),
      VersionId: it.versionId,
      IsLatest: it.isLatest,
      LastModified: new Date(it.modifiedAt),
    });
    return {
      output: {
        ...asked(input, write),
        Versions: versions.flatMap((it) => (it.isDeleteMarker ? [] : [{ ...shown(it), ...told(it) }])),
        DeleteMarkers: versions.flatMap((it) => (it.isDeleteMarker ? [told(it)] : [])),
        CommonPrefixes: prefixes.map((it) => ({ Prefix: write(it) })),
        IsTruncated: next !== undefined,
        ...(next !== undefined && { NextKeyMarker: write(next.key), NextVersionIdMarker: next.versionId }),
      },
      effects: [],
    };
  },
});

const whose = ({ accountId }: World) => ({ Owner: { ID: accountId } });

function checkMarkers({ KeyMarker, VersionIdMarker }: ListObjectVersionsRequest): void {
  if (VersionIdMarker === undefined) return;
  if (KeyMarker === undefined)
    throw new AwsError('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
  checkVersionId(VersionIdMarker);
}

const asked = (input: ListObjectVersionsRequest, write: (name: string) => string) => ({
  Name: input.Bucket,
  Prefix: write(input.Prefix ?? ''),
  MaxKeys: input.MaxKeys ?? 1000,
  KeyMarker: write(input.KeyMarker ?? ''),
  VersionIdMarker: input.VersionIdMarker ?? '',
  ...(input.Delimiter !== undefined && { Delimiter: write(input.Delimiter) }),
  ...(input.EncodingType !== undefined && { EncodingType: input.EncodingType }),
});
