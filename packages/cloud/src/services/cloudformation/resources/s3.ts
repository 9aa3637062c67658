import type { World } from '../../../world-state.ts';
import { record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

/** A bucket is there to be uploaded to: sam's own managed stack makes one. Its settings are kept with the resource. */
function nextBucket(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    const id = it.previous?.physicalId ?? '';
    return it.replies.length === 0 ? call('s3', 'DeleteBucket', { Bucket: id }) : done(id);
  }
  const name = physicalName(world, it, 'BucketName', 63).toLowerCase();
  if (it.action === 'create' && world.s3.buckets.has(name) && it.replies.length === 0)
    return { type: 'failed', reason: `${name} already exists` };
  const calls = [
    ...(it.action === 'update' ? [] : [call('s3', 'CreateBucket', { Bucket: name, ...location(world) })]),
    ...settings(it, name),
  ];
  return calls[it.replies.length] ?? done(name, attributes(world, name));
}

/** S3 takes the first region for said where none is. */
const location = ({ region }: World): object =>
  region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };

const SETTINGS: readonly (readonly [property: string, operation: string, member: string])[] = [
  ['VersioningConfiguration', 'PutBucketVersioning', 'VersioningConfiguration'],
  ['PublicAccessBlockConfiguration', 'PutPublicAccessBlock', 'PublicAccessBlockConfiguration'],
  ['OwnershipControls', 'PutBucketOwnershipControls', 'OwnershipControls'],
];

const settings = (it: ResourceStep, bucket: string): Step[] =>
  SETTINGS.flatMap(([property, operation, member]) =>
    it.properties[property] === undefined
      ? []
      : [call('s3', operation, { Bucket: bucket, [member]: record(it.properties[property]) })],
  );

const attributes = ({ partition, region }: World, name: string) => ({
  Arn: `arn:${partition}:s3:::${name}`,
  DomainName: `${name}.s3.amazonaws.com`,
  RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
  WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
});

function nextBucketPolicy(_world: World, it: ResourceStep): Step {
  const bucket = string((it.action === 'delete' ? it.previous?.properties : it.properties)?.['Bucket']) ?? '';
  if (it.replies.length > 0) return done(bucket);
  if (it.action === 'delete') return call('s3', 'DeleteBucketPolicy', { Bucket: bucket });
  return call('s3', 'PutBucketPolicy', { Bucket: bucket, Policy: string(it.properties['PolicyDocument']) });
}

export const s3Types: readonly ResourceType[] = [
  {
    type: 'AWS::S3::Bucket',
    kind: 'emulated',
    replacedBy: ['BucketName'],
    named: 'BucketName',
    made: (world, it) => physicalName(world, it, 'BucketName', 63).toLowerCase(),
    next: nextBucket,
  },
  { type: 'AWS::S3::BucketPolicy', kind: 'emulated', replacedBy: ['Bucket'], next: nextBucketPolicy },
];
