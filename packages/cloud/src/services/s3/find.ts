/** Buckets and objects by their names, or S3's own words for what is missing. Source: botocore s3 model, S3 API reference: Error responses (D). */
import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import { type Bucket, type DeleteMarker, NULL_VERSION, type StoredObject, type Upload } from './state.ts';

export const bucketArn = (world: World, bucket = '*'): string => `arn:${world.partition}:s3:::${bucket}`;
export const objectArn = (world: World, bucket = '*', key = '*'): string => `${bucketArn(world, bucket)}/${key}`;

export function requireBucket(world: World, name = ''): Bucket {
  const bucket = world.s3.buckets.get(name);
  if (bucket === undefined)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  return bucket;
}

/** What stands under a key now; undefined where nothing does, or a delete marker. */
export function currentObject(bucket: Bucket | undefined, key: string): StoredObject | undefined {
  const newest = bucket?.versions.get(key)?.[0];
  return newest?.isDeleteMarker === false ? newest : undefined;
}

/** The current object, or the version that is asked for. Source: S3 user guide, DeleteMarker, RetrievingObjectVersions (D). */
export function requireObject(world: World, name: string | undefined, key = '', versionId?: string): StoredObject {
  const bucket = requireBucket(world, name);
  const versions = bucket.versions.get(key) ?? [];
  if (versionId !== undefined) checkVersionId(versionId);
  const found = versionId === undefined ? versions[0] : versions.find((it) => it.versionId === versionId);
  if (found?.isDeleteMarker === false) return found;
  if (found !== undefined) throw deletedSince(found, versionId !== undefined);
  if (versionId === undefined) throw new AwsError('NoSuchKey', NO_SUCH_KEY, 404, { Key: key });
  throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId: versionId });
}

const NO_SUCH_KEY = 'The specified key does not exist.';

/** A delete marker hides what was there, and cannot itself be got; the answer's head says that it is one. */
function deletedSince({ key, versionId }: DeleteMarker, wasAskedFor: boolean): AwsError {
  const head = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId };
  if (!wasAskedFor) return new AwsError('NoSuchKey', NO_SUCH_KEY, 404, { Key: key, ...head });
  const resource = { Method: 'GET', ResourceType: 'DeleteMarker', ...head };
  return new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, resource);
}

/** An id that S3 could not have given is refused for its form. */
export function checkVersionId(versionId: string): void {
  if (versionId === NULL_VERSION || /^[A-Za-z0-9._]{32}$/.test(versionId)) return;
  throw new AwsError('InvalidArgument', 'Invalid version id specified', 400, {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  });
}

export function requireUpload(bucket: Bucket, uploadId = ''): Upload {
  const upload = bucket.uploads.get(uploadId);
  if (upload === undefined)
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
      { UploadId: uploadId },
    );
  return upload;
}

/** The answer to HEAD has no body, and so no code but its status. */
export const headNotFound = (): AwsError => new AwsError('NotFound', 'Not Found', 404);
