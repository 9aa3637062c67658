/** Buckets with their objects and settings, and uploads in parts. Bytes are kept as they came; versions are not kept. */
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';

export interface S3State {
  readonly buckets: Map<string, Bucket>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: Instant;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
  /** What PutBucket… and its like have said, by the setting's name; kept and shown, and nothing follows from it. */
  readonly settings: Map<string, unknown>;
  /** By upload id. */
  readonly uploads: Map<string, Upload>;
}

/** What the caller said of an object; `ContentType` and its like under AWS's names. */
export type ObjectHead = Readonly<Record<string, unknown>>;

export interface StoredObject {
  readonly key: string;
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
  | (OfBucket & { readonly type: 's3.ObjectPut' } & Omit<StoredObject, 'modifiedAt'>)
  | (OfBucket & { readonly type: 's3.ObjectDeleted'; readonly key: string })
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
    const fresh = { objects: new Map(), settings: new Map(), uploads: new Map() };
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
      const { key, body, etag, head } = fact;
      bucket.objects.set(key, { key, body, etag, head, modifiedAt: at });
      return;
    }
    case 's3.ObjectDeleted':
      bucket.objects.delete(fact.key);
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
