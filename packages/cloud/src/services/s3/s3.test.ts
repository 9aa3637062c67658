/** S3 as its own client sees it, over the wire. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';

let cloud: Cloud;
let client: S3Client;
const Bucket = 'artifacts';
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  client = new S3Client({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const put = (Key: string, Body: string | Uint8Array = Key) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const textOf = async (Key: string, Range?: string): Promise<string | undefined> =>
  (
    await client.send(new GetObjectCommand({ Bucket, Key, ...(Range !== undefined && { Range }) }))
  ).Body?.transformToString();

/** Error name and HTTP status. */
async function checkRefused(asked: Promise<unknown>, name: string, status: number): Promise<void> {
  await expect(asked).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
}

describe('buckets', () => {
  test('are made once, found and listed', async () => {
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new HeadBucketCommand({ Bucket }));
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
  });

  test('that hold something are not deleted', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    await client.send(new PutObjectCommand({ Bucket: 'short-lived', Key: 'a', Body: 'a' }));
    await checkRefused(client.send(new DeleteBucketCommand({ Bucket: 'short-lived' })), 'BucketNotEmpty', 409);
    await client.send(new DeleteObjectCommand({ Bucket: 'short-lived', Key: 'a' }));
    await client.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
    await checkRefused(client.send(new HeadBucketCommand({ Bucket: 'short-lived' })), 'NotFound', 404);
  });

  test.each(['ab', 'Upper', '10.0.0.1', 'a..b', '../../etc'])('are not called %s', async (name) => {
    const refused = client.send(new CreateBucketCommand({ Bucket: name }));
    await expect(refused).rejects.toThrow(Error);
    expect(cloud.world.s3.buckets.has(name)).toBe(false);
  });
});

test('buckets are listed page by page, for whom they belong to, and made where the endpoint is', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await client.send(new CreateBucketCommand({ Bucket: name }));
  const first = await client.send(new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2 }));
  expect(first.Buckets?.map(({ Name }) => Name)).toEqual(['page-a', 'page-b']);
  const rest = await client.send(
    new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2, ContinuationToken: first.ContinuationToken }),
  );
  expect(rest.Buckets?.map(({ Name }) => Name)).toEqual(['page-c']);
  expect(rest.ContinuationToken).toBeUndefined();
  const theirs = { Bucket: 'page-a', ExpectedBucketOwner: '999999999999' };
  await checkRefused(client.send(new GetBucketLocationCommand(theirs)), 'AccessDenied', 403);
  const there = { Bucket: 'page-d', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
  await checkRefused(client.send(new CreateBucketCommand(there)), 'IllegalLocationConstraintException', 400);
});

describe('objects', () => {
  test.each(['plain.txt', 'a/b c+d/é ü.zip', 'dots/../../up', '%41', 'a//b', ' '])(
    'under the key %j come back',
    async (key) => {
      await put(key, `body of ${key}`);
      expect(await textOf(key)).toBe(`body of ${key}`);
    },
  );

  test('carry their head, and a changed one replaces the old', async () => {
    const input = { Bucket, Key: 'head', ContentType: 'text/plain', Metadata: { one: '1' } };
    await client.send(new PutObjectCommand({ ...input, Body: 'old' }));
    const { ETag } = await client.send(new PutObjectCommand({ ...input, Body: 'hello' }));
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'head' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain', ETag, Metadata: { one: '1' } });
    expect(head.LastModified).toEqual(new Date(cloud.now));
  });

  test.each([
    ['bytes=0-1', 'he'],
    ['bytes=2-', 'llo'],
    ['bytes=-2', 'lo'],
    ['bytes=3-99', 'lo'],
  ])('come in parts: %s', async (range, part) => {
    await put('range', 'hello');
    expect(await textOf('range', range)).toBe(part);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'range', Range: range }));
    expect(got.$metadata.httpStatusCode).toBe(206);
  });

  test('that are missing are said to be', async () => {
    await checkRefused(textOf('none'), 'NoSuchKey', 404);
    await checkRefused(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })), 'NotFound', 404);
    await checkRefused(client.send(new GetObjectCommand({ Bucket: 'nobody', Key: 'a' })), 'NoSuchBucket', 404);
    await put('range', 'hello');
    await checkRefused(textOf('range', 'bytes=9-'), 'InvalidRange', 416);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'none' }));
  });

  test('are copied and deleted together', async () => {
    await put('from/é', 'x');
    const CopySource = `${Bucket}/${encodeURIComponent('from/é')}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    expect(await textOf('to')).toBe('x');
    const Objects = [{ Key: 'to' }, { Key: 'from/é' }, { Key: 'never' }];
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toHaveLength(3);
    await checkRefused(textOf('to'), 'NoSuchKey', 404);
  });
});

describe('listings', () => {
  const keys = ['l/a', 'l/b/1', 'l/b/2', 'l/c'];
  beforeAll(async () => {
    for (const key of keys) await put(key);
  });

  test('go page by page in the order of keys', async () => {
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys: 3, ...(token && { ContinuationToken: token }) }),
      );
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(seen).toEqual(keys);
  });

  test('gather what shares a prefix', async () => {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/' }));
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['l/a', 'l/c']);
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'l/b/' }]);
    const old = await client.send(new ListObjectsCommand({ Bucket, Prefix: 'l/', MaxKeys: 1 }));
    expect(old).toMatchObject({ IsTruncated: true, NextMarker: 'l/a' });
  });
});

test('an upload in parts becomes one object', async () => {
  const Key = 'big';
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const bodies = [new Uint8Array(5 * 1024 * 1024).fill(65), new Uint8Array([66, 67])];
  const Parts = [];
  for (const [i, Body] of bodies.entries()) {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: i + 1, Body }));
    Parts.push({ PartNumber: i + 1, ETag });
  }
  expect((await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts).toHaveLength(2);
  const wrong = { Parts: [{ PartNumber: 9, ETag: '"x"' }] };
  await checkRefused(
    client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: wrong })),
    'InvalidPart',
    400,
  );
  const done = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  expect(done.ETag).toMatch(/-2"$/);
  expect(await textOf(Key, 'bytes=-3')).toBe('ABC');
  await checkRefused(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })), 'NoSuchUpload', 404);
});

/** A setting: what is put, what comes back, and what is answered before: an error's name, or a default. */
const SETTINGS: readonly (readonly [string, object, object, string | object, boolean])[] = [
  ['BucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } }, { Status: 'Enabled' }, {}, false],
  ['BucketPolicy', { Policy: '{"a":1}' }, { Policy: '{"a":1}' }, 'NoSuchBucketPolicy', true],
  [
    'BucketTagging',
    { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
    { TagSet: [{ Key: 'a', Value: 'b' }] },
    'NoSuchTagSet',
    true,
  ],
  [
    'BucketEncryption',
    { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } },
    { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } },
    { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: false }] } },
    true,
  ],
  [
    'PublicAccessBlock',
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    'NoSuchPublicAccessBlockConfiguration',
    true,
  ],
  [
    'BucketLifecycleConfiguration',
    { LifecycleConfiguration: { Rules: [{ ID: 'x', Status: 'Enabled', Prefix: '' }] } },
    { Rules: [{ ID: 'x', Status: 'Enabled' }] },
    'NoSuchLifecycleConfiguration',
    false,
  ],
  [
    'BucketOwnershipControls',
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    'OwnershipControlsNotFoundError',
    true,
  ],
  [
    'BucketLogging',
    { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'x', TargetPrefix: 'y' } } },
    { LoggingEnabled: { TargetBucket: 'x', TargetPrefix: 'y' } },
    {},
    false,
  ],
  ['BucketNotificationConfiguration', { NotificationConfiguration: {} }, {}, {}, false],
];

/** PutBucketVersioning … by their names: the commands take what the table says. */
const send = (name: string, input: object): Promise<object> => {
  const Command = (s3 as unknown as Record<string, new (input: object) => object>)[`${name}Command`];
  if (Command === undefined) throw new Error(`no command ${name}`);
  return client.send(new Command({ Bucket, ...input }) as never);
};

// Named here for whoever looks for an operation's test: PutBucketVersioning GetBucketVersioning PutBucketPolicy
// GetBucketPolicy DeleteBucketPolicy PutBucketTagging GetBucketTagging DeleteBucketTagging PutBucketEncryption
// GetBucketEncryption DeleteBucketEncryption PutPublicAccessBlock GetPublicAccessBlock DeletePublicAccessBlock
// PutBucketLifecycleConfiguration GetBucketLifecycleConfiguration PutBucketOwnershipControls
// GetBucketOwnershipControls DeleteBucketOwnershipControls PutBucketLogging GetBucketLogging
// PutBucketNotificationConfiguration GetBucketNotificationConfiguration
test.each(SETTINGS)('a bucket keeps its %s', async (name, given, shown, before, deletable) => {
  const read = (): Promise<object> => send(`Get${name}`, {}).catch((error: Error) => ({ error: error.name }));
  const unset = typeof before === 'string' ? { error: before } : before;
  expect(await read()).toMatchObject(unset);
  await send(`Put${name}`, given);
  expect(await read()).toMatchObject(shown);
  if (deletable) await send(`Delete${name}`, {});
  expect(await read()).toMatchObject(deletable ? unset : shown);
});
