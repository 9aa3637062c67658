/** Uploads in parts. The clients use them for everything above 8 MB. Source: S3 API reference, multipart upload (D). */
import { createHash } from 'node:crypto';
import type {
  AbortMultipartUploadRequest,
  CompleteMultipartUploadRequest,
  CreateMultipartUploadRequest,
  ListPartsRequest,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { objectArn, requireBucket, requireUpload } from './find.ts';
import { checkKey, etagOf, headOf, type WithBytes } from './object-operations.ts';
import type { Upload } from './state.ts';
import { nextVersionId, shownVersionId } from './versioning.ts';

/** Every part but the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export const CreateMultipartUpload = operation<CreateMultipartUploadRequest>({
  action: 's3:PutObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, input) {
    const { name: bucket } = requireBucket(world, input.Bucket);
    const { Key: key = '' } = input;
    checkKey(key);
    const uploadId = world.random.text('upload ids', world.applied, 64, 'abcdefghijklmnopqrstuvwxyz0123456789');
    return {
      output: { Bucket: bucket, Key: key, UploadId: uploadId },
      effects: [{ type: 's3.UploadStarted', bucket, key, uploadId, head: headOf({ ...input }) }],
    };
  },
});

export const UploadPart = operation<WithBytes<UploadPartRequest>>({
  action: 's3:PutObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, UploadId, PartNumber: partNumber = 0, Body: body = new Uint8Array() }) {
    const bucket = requireBucket(world, Bucket);
    const { uploadId } = requireUpload(bucket, UploadId);
    if (partNumber < 1 || partNumber > 10_000)
      throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    const etag = etagOf(body);
    return {
      output: { ETag: etag },
      effects: [{ type: 's3.PartUploaded', bucket: bucket.name, uploadId, partNumber, body, etag }],
    };
  },
});

export const CompleteMultipartUpload = operation<CompleteMultipartUploadRequest>({
  action: 's3:PutObject',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, Key: key = '', UploadId, MultipartUpload }) {
    const bucket = requireBucket(world, Bucket);
    const upload = requireUpload(bucket, UploadId);
    const parts = wantedParts(upload, MultipartUpload);
    const body = Buffer.concat(parts.map((part) => part.body));
    const digest = createHash('md5');
    for (const { etag } of parts) digest.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
    const etag = `"${digest.digest('hex')}-${parts.length}"`;
    const { name } = bucket;
    const versionId = nextVersionId(world, bucket, key);
    const stored = { key, versionId, body: new Uint8Array(body), etag, head: upload.head };
    return {
      output: {
        Bucket: name,
        Key: key,
        ETag: etag,
        Location: `/${name}/${key}`,
        ...shownVersionId(bucket, versionId),
      },
      effects: [
        { type: 's3.ObjectPut', bucket: name, ...stored },
        { type: 's3.UploadEnded', bucket: name, uploadId: upload.uploadId },
      ],
    };
  },
});

function wantedParts(upload: Upload, wanted: CompleteMultipartUploadRequest['MultipartUpload']) {
  const numbers = (wanted?.Parts ?? []).map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0)))
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  const parts = (wanted?.Parts ?? []).map(({ PartNumber = 0, ETag = '' }) => {
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.etag.replaceAll('"', '') !== ETag.replaceAll('"', ''))
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    return part;
  });
  if (parts.slice(0, -1).some(({ body }) => body.length < SMALLEST_PART_BYTES))
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  return parts;
}

export const AbortMultipartUpload = operation<AbortMultipartUploadRequest>({
  action: 's3:AbortMultipartUpload',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, UploadId }) {
    const bucket = requireBucket(world, Bucket);
    const { uploadId } = requireUpload(bucket, UploadId);
    return { output: {}, effects: [{ type: 's3.UploadEnded', bucket: bucket.name, uploadId }] };
  },
});

export const ListParts = operation<ListPartsRequest>({
  action: 's3:ListMultipartUploadParts',
  resource: (world, { Bucket, Key }) => objectArn(world, Bucket, Key),
  run(world, { Bucket, Key, UploadId, PartNumberMarker, MaxParts = 1000 }) {
    const { uploadId, parts } = requireUpload(requireBucket(world, Bucket), UploadId);
    const rest = [...parts]
      .toSorted(([a], [b]) => a - b)
      .filter(([number]) => number > Number(PartNumberMarker ?? 0))
      .map(([PartNumber, { etag, body, uploadedAt }]) => ({
        PartNumber,
        ETag: etag,
        Size: body.length,
        LastModified: new Date(uploadedAt),
      }));
    const Parts = rest.slice(0, Math.min(MaxParts, 1000));
    const IsTruncated = Parts.length < rest.length;
    const next = IsTruncated ? { NextPartNumberMarker: String(Parts.at(-1)?.PartNumber ?? 0) } : {};
    return { output: { Bucket, Key, UploadId: uploadId, MaxParts, Parts, IsTruncated, ...next }, effects: [] };
  },
});
