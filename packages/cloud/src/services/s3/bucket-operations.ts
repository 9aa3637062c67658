/** Buckets: making, finding, listing and removing them. */
import type {
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationRequest,
  HeadBucketRequest,
  ListBucketsRequest,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { pageOf } from '../../page.ts';
import type { World } from '../../world-state.ts';
import { bucketArn, headNotFound, requireBucket } from './find.ts';
import { versioningOf } from './versioning.ts';

/** 3 to 63 characters, no dots next to each other, not an IP address. Source: S3 user guide, bucketnamingrules (D). */
const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const CreateBucket = operation<CreateBucketRequest>({
  action: 's3:CreateBucket',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, { Bucket: bucket = '', CreateBucketConfiguration }) {
    checkLocation(world, CreateBucketConfiguration?.LocationConstraint);
    if (!NAME.test(bucket))
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: bucket });
    const output = { Location: `/${bucket}`, BucketArn: bucketArn(world, bucket) };
    if (!world.s3.buckets.has(bucket)) return { output, effects: [{ type: 's3.BucketCreated', bucket }] };
    // us-east-1 answers the owner's second CreateBucket as the first; every other region refuses it.
    if (world.region === 'us-east-1') return { output, effects: [] };
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
      { BucketName: bucket },
    );
  },
});

/** A bucket is made in the region of the endpoint; only the first region may be left unsaid, and may not be said. Source: S3 API reference, CreateBucket (D). */
function checkLocation({ region }: World, asked: string | undefined): void {
  if ((asked ?? 'us-east-1') === region && asked !== 'us-east-1') return;
  if (asked === 'us-east-1')
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

export const DeleteBucket = operation<DeleteBucketRequest>({
  action: 's3:DeleteBucket',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, { Bucket }) {
    const found = requireBucket(world, Bucket);
    const bucket = found.name;
    const cure = versioningOf(found) === undefined ? '' : '. You must delete all versions in the bucket.';
    if (found.versions.size > 0)
      throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty${cure}`, 409, {
        BucketName: bucket,
      });
    return { output: {}, effects: [{ type: 's3.BucketDeleted', bucket }] };
  },
});

export const HeadBucket = operation<HeadBucketRequest>({
  action: 's3:ListBucket',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, { Bucket = '' }) {
    if (!world.s3.buckets.has(Bucket)) throw headNotFound();
    return { output: { BucketRegion: world.region, BucketArn: bucketArn(world, Bucket) }, effects: [] };
  },
});

/** The first region has no name here. */
export const GetBucketLocation = operation<GetBucketLocationRequest>({
  action: 's3:GetBucketLocation',
  resource: (world, { Bucket }) => bucketArn(world, Bucket),
  run(world, { Bucket }) {
    requireBucket(world, Bucket);
    return { output: world.region === 'us-east-1' ? {} : { LocationConstraint: world.region }, effects: [] };
  },
});

export const ListBuckets = operation<ListBucketsRequest>({
  action: 's3:ListAllMyBuckets',
  resource: () => '*',
  run(world, { Prefix = '', MaxBuckets: size = 10_000, ContinuationToken: token, BucketRegion = world.region }) {
    const all = [...world.s3.buckets.values()]
      .filter(({ name }) => name.startsWith(Prefix) && BucketRegion === world.region)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt) }));
    const { items, next } = pageOf(all, { token, size }, invalidToken);
    const more = next === undefined ? {} : { ContinuationToken: next };
    return { output: { Buckets: items, Owner: { ID: world.accountId }, ...more }, effects: [] };
  },
});

const invalidToken = (): AwsError => new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
