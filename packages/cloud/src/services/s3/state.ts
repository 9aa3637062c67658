/** Buckets with their objects and settings, and uploads in parts. Bytes are kept as they came, each version of an object for itself. */
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';

export interface S3State {
  readonly buckets: Map<string, Bucket>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: Instant;
  /** By key, the newest first. A key without versions has no entry. */
  readonly versions: Map<string, readonly Version[]>;
  /** What PutBucket… and its like have said, by the setting's name; kept and shown, and nothing follows from it. */
  readonly settings: Map<string, unknown>;
  /** By upload id. */
  readonly uploads: Map<string, Upload>;
}

/** What the caller said of an object; `ContentType` and its like under AWS's names. */
export type ObjectHead = Readonly<Record<string, unknown>>;

/** `null` is the id of what was put while the bucket had no versioning, or while it was suspended. */
export const NULL_VERSION = 'null';

/** What stands under a key from an instant on: an object, or the mark that there is none any more. */
export type Version = StoredObject | DeleteMarker;

export interface DeleteMarker {
  readonly isDeleteMarker: true;
  readonly key: string;
  readonly versionId: string;
  readonly modifiedAt: Instant;
}

export interface StoredObject {
  readonly isDeleteMarker: false;
  readonly key: string;
  readonly versionId: string;
  readonly body: Uint8Array;
  /** In quotes, as the API gives it. */
  readonly etag: string;
  readonly head: ObjectHead;
  readonly modifiedAt: Instant;
}

export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly head: ObjectHead;
  readonly startedAt: Instant;
  readonly parts: Map<number, { readonly body: Uint8Array; readonly etag: string; readonly uploadedAt: Instant }>;
}

interface OfBucket {
  readonly bucket: string;
}

export type S3Fact =
  | (OfBucket & { readonly type: 's3.BucketCreated' })
  | (OfBucket & { readonly type: 's3.BucketDeleted' })
  /** Undefined takes the setting away. */
  | (OfBucket & { readonly type: 's3.BucketSettingPut'; readonly setting: string; readonly value: unknown })
  | (OfBucket & { readonly type: 's3.ObjectPut' } & Omit<StoredObject, 'modifiedAt' | 'isDeleteMarker'>)
  | (OfBucket & { readonly type: 's3.DeleteMarkerPut'; readonly key: string; readonly versionId: string })
  | (OfBucket & { readonly type: 's3.VersionDeleted'; readonly key: string; readonly versionId: string })
  | (OfBucket & { readonly type: 's3.UploadStarted' } & Pick<Upload, 'uploadId' | 'key' | 'head'>)
  | (OfBucket & {
      readonly type: 's3.PartUploaded';
      readonly uploadId: string;
      readonly partNumber: number;
      readonly body: Uint8Array;
      readonly etag: string;
    })
  /** Completed or given up. */
  | (OfBucket & { readonly type: 's3.UploadEnded'; readonly uploadId: string });

export const initialS3 = (): S3State => ({ buckets: new Map() });

/** Folds a fact. No decision is taken here. */
export function apply({ s3: { buckets } }: World, fact: S3Fact, at: Instant): void {
  if (fact.type === 's3.BucketCreated') {
    const fresh = { versions: new Map(), settings: new Map(), uploads: new Map() };
    buckets.set(fact.bucket, { name: fact.bucket, createdAt: at, ...fresh });
    return;
  }
  const bucket = buckets.get(fact.bucket);
  if (bucket === undefined) throw new Error(`no bucket ${fact.bucket} to apply ${fact.type} to`);
  switch (fact.type) {
    case 's3.BucketDeleted':
      buckets.delete(fact.bucket);
      return;
    case 's3.BucketSettingPut':
      if (fact.value === undefined) bucket.settings.delete(fact.setting);
      else bucket.settings.set(fact.setting, fact.value);
      return;
    case 's3.ObjectPut': {
      const { key, versionId, body, etag, head } = fact;
      putVersion(bucket, { isDeleteMarker: false, key, versionId, body, etag, head, modifiedAt: at });
      return;
    }
    case 's3.DeleteMarkerPut':
      putVersion(bucket, { isDeleteMarker: true, key: fact.key, versionId: fact.versionId, modifiedAt: at });
      return;
    case 's3.VersionDeleted':
      keepVersions(bucket, fact.key, otherVersions(bucket, fact));
      return;
    case 's3.UploadStarted': {
      const { uploadId, key, head } = fact;
      bucket.uploads.set(uploadId, { uploadId, key, head, startedAt: at, parts: new Map() });
      return;
    }
    case 's3.PartUploaded': {
      const { body, etag } = fact;
      bucket.uploads.get(fact.uploadId)?.parts.set(fact.partNumber, { body, etag, uploadedAt: at });
      return;
    }
    case 's3.UploadEnded':
      bucket.uploads.delete(fact.uploadId);
      return;
    default:
      fact satisfies never;
  }
}

/** In front of the others; in the place of the one with its id, which only the null version shares. */
const putVersion = (bucket: Bucket, version: Version): void =>
  keepVersions(bucket, version.key, [version, ...otherVersions(bucket, version)]);

const otherVersions = (bucket: Bucket, { key, versionId }: { key: string; versionId: string }): readonly Version[] =>
  (bucket.versions.get(key) ?? []).filter((it) => it.versionId !== versionId);

function keepVersions({ versions }: Bucket, key: string, kept: readonly Version[]): void {
  if (kept.length === 0) versions.delete(key);
  else versions.set(key, kept);
}
