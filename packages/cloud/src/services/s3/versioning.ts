/** Versions of objects: their ids, and what deleting means. Source: S3 user guide, versioning-workflows, DeletingObjectVersions (D). */
import type { Effect } from '../../effects.ts';
import type { World } from '../../world-state.ts';
import { checkVersionId } from './find.ts';
import { type Bucket, NULL_VERSION } from './state.ts';

type Versioning = 'Enabled' | 'Suspended' | undefined;

/** Undefined for a bucket that has never had versions. */
export const versioningOf = ({ settings }: Bucket): Versioning =>
  (settings.get('BucketVersioning') as { readonly Status?: Versioning } | undefined)?.Status;

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

/** The id of what is put now; `purpose` tells apart what one call puts. */
export function nextVersionId(world: World, bucket: Bucket, purpose: string): string {
  if (versioningOf(bucket) !== 'Enabled') return NULL_VERSION;
  return world.random.text('version ids', `${world.applied}:${bucket.name}:${purpose}`, 32, ID_CHARACTERS);
}

/** A bucket that has never had versions answers without their ids. */
export const shownVersionId = (bucket: Bucket, versionId: string): { readonly VersionId?: string } =>
  versioningOf(bucket) === undefined ? {} : { VersionId: versionId };

export interface Deletion {
  readonly effects: readonly Effect[];
  /** A marker was put, or one was deleted. */
  readonly isMarker: boolean;
  /** Of the marker that was put, or of what was deleted for good; undefined without versioning. */
  readonly versionId?: string;
}

/** Deleting what is not there succeeds, and in a bucket with versions leaves a marker all the same. */
export function deletion(world: World, bucket: Bucket, key: string, versionId: string | undefined): Deletion {
  if (versionId !== undefined) return deletionForGood(bucket, key, versionId);
  if (versioningOf(bucket) === undefined) {
    const { effects } = deletionForGood(bucket, key, NULL_VERSION);
    return { effects, isMarker: false };
  }
  const marker = nextVersionId(world, bucket, key);
  return {
    effects: [{ type: 's3.DeleteMarkerPut', bucket: bucket.name, key, versionId: marker }],
    isMarker: true,
    versionId: marker,
  };
}

function deletionForGood(bucket: Bucket, key: string, versionId: string): Deletion {
  checkVersionId(versionId);
  const found = bucket.versions.get(key)?.find((it) => it.versionId === versionId);
  const effects: Effect[] =
    found === undefined ? [] : [{ type: 's3.VersionDeleted', bucket: bucket.name, key, versionId }];
  return { effects, isMarker: found?.isDeleteMarker === true, versionId };
}
