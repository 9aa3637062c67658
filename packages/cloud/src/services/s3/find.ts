/** Buckets and objects by their names, or S3's own words for what is missing. Source: botocore s3 model, S3 API reference: Error responses (D). */
import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import type { Bucket, StoredObject, Upload } from './state.ts';

export const bucketArn = (world: World, bucket = '*'): string => `arn:${world.partition}:s3:::${bucket}`;
export const objectArn = (world: World, bucket = '*', key = '*'): string => `${bucketArn(world, bucket)}/${key}`;

export function requireBucket(world: World, name = ''): Bucket {
  const bucket = world.s3.buckets.get(name);
  if (bucket === undefined)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  return bucket;
}

export function requireObject(world: World, bucket: string | undefined, key = ''): StoredObject {
  const object = requireBucket(world, bucket).objects.get(key);
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  return object;
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
