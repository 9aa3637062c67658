/** Versions of objects, as S3's own client sees them. */
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';
import { zipOf } from '../lambda/zip.fixture.ts';
import { DeleteObject, GetObject } from './object-operations.ts';

let cloud: Cloud;
let client: S3Client;
let Bucket = '';
let bucketsMade = 0;
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
  client = new S3Client({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});
afterAll(() => cloud.close());
beforeEach(async () => {
  Bucket = `versions-${(bucketsMade += 1)}`;
  await client.send(new CreateBucketCommand({ Bucket }));
});

const versioning = (Status: 'Enabled' | 'Suspended') =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = async (Key: string, Body: string): Promise<string | undefined> =>
  (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const get = (Key: string, VersionId?: string) =>
  client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId !== undefined && { VersionId }) }));
const textOf = async (Key: string, VersionId?: string) => (await get(Key, VersionId)).Body?.transformToString();
const remove = (Key: string, VersionId?: string) =>
  client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId !== undefined && { VersionId }) }));
const list = (input: Partial<ListObjectVersionsCommandInput> = {}) =>
  client.send(new ListObjectVersionsCommand({ Bucket, ...input }));

async function checkRefused(asked: Promise<unknown>, name: string, status: number): Promise<void> {
  await expect(asked).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
}

describe('a bucket that has never had versions', () => {
  test('names none, and knows what is there as null', async () => {
    expect(await put('a', 'one')).toBeUndefined();
    await put('a', 'two');
    expect((await get('a')).VersionId).toBeUndefined();
    expect(await textOf('a', 'null')).toBe('two');
    expect((await list()).Versions).toMatchObject([{ Key: 'a', VersionId: 'null', IsLatest: true, Size: 3 }]);
    expect(await remove('a')).not.toHaveProperty('DeleteMarker');
    expect((await list()).Versions).toBeUndefined();
  });

  test('is deleted when it is empty', async () => {
    await put('a', 'one');
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      message: 'The bucket you tried to delete is not empty',
    });
    await remove('a');
    await client.send(new DeleteBucketCommand({ Bucket }));
  });
});

describe('a bucket with versions', () => {
  beforeEach(() => versioning('Enabled'));

  test('keeps each that is put', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    expect(first).toMatch(/^[A-Za-z0-9._]{32}$/);
    expect(second).not.toBe(first);
    expect(await textOf('a')).toBe('two');
    expect(await textOf('a', first)).toBe('one');
    expect((await get('a')).VersionId).toBe(second);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a', VersionId: first }));
    expect(head).toMatchObject({ VersionId: first, ContentLength: 3 });
  });

  test('puts a marker where an object is deleted, and the object is back when the marker goes', async () => {
    const first = await put('a', 'one');
    const deleted = await remove('a');
    expect(deleted).toMatchObject({ DeleteMarker: true });
    await checkRefused(get('a'), 'NoSuchKey', 404);
    await checkRefused(get('a', deleted.VersionId), 'MethodNotAllowed', 405);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await list()).toMatchObject({
      Versions: [{ Key: 'a', VersionId: first, IsLatest: false }],
      DeleteMarkers: [{ Key: 'a', VersionId: deleted.VersionId, IsLatest: true }],
    });
    expect(await remove('a', deleted.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId });
    expect(await textOf('a')).toBe('one');
  });

  test('puts a marker even where nothing was', async () => {
    expect(await remove('never')).toMatchObject({ DeleteMarker: true });
    expect((await list()).DeleteMarkers).toHaveLength(1);
  });

  test('forgets a version that is deleted by its id, and the one before is current', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    const deleted = await remove('a', second);
    expect(deleted.VersionId).toBe(second);
    expect(deleted.DeleteMarker).toBeUndefined();
    expect(await textOf('a')).toBe('one');
    await checkRefused(get('a', second), 'NoSuchVersion', 404);
    await remove('a', second);
    await remove('a', first);
    expect(await list()).toMatchObject({ IsTruncated: false });
    await client.send(new DeleteBucketCommand({ Bucket }));
  });

  test('is not deleted before all its versions are', async () => {
    await put('a', 'one');
    await remove('a');
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    });
  });

  test('refuses an id that it could not have given', async () => {
    await put('a', 'one');
    await checkRefused(get('a', 'short'), 'InvalidArgument', 400);
    await checkRefused(remove('a', 'short'), 'InvalidArgument', 400);
    await checkRefused(get('a', 'x'.repeat(32)), 'NoSuchVersion', 404);
  });

  test('deletes several at once, and tells each', async () => {
    const first = await put('a', 'one');
    await put('b', 'two');
    const Objects = [{ Key: 'a', VersionId: first }, { Key: 'b' }, { Key: 'b', VersionId: 'short' }];
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([
      { Key: 'a', VersionId: first },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(Errors).toEqual([
      { Key: 'b', VersionId: 'short', Code: 'InvalidArgument', Message: 'Invalid version id specified' },
    ]);
  });

  test('copies a version that is not the current one', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    const CopySource = `${Bucket}/a?versionId=${first}`;
    const copied = await client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource }));
    expect(copied).toMatchObject({ CopySourceVersionId: first, VersionId: expect.any(String) });
    expect(await textOf('b')).toBe('one');
  });

  test('makes a version of an upload in parts', async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    const part = { Bucket, Key: 'a', UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: 'one' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const done = await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'a', UploadId, MultipartUpload }));
    expect(await textOf('a', done.VersionId)).toBe('one');
  });

  test('lists page by page, by key and then from the newest', async () => {
    const ids = [await put('a', '1'), await put('a', '2'), await put('b', '3')];
    await remove('a');
    const seen: (string | undefined)[] = [];
    let marker: Partial<ListObjectVersionsCommandInput> = {};
    for (let isMore = true; isMore;) {
      const page = await list({ MaxKeys: 1, ...marker });
      seen.push(...(page.DeleteMarkers ?? []).map(({ Key }) => `${Key} deleted`));
      seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      isMore = page.IsTruncated === true;
    }
    expect(seen).toEqual(['a deleted', ids[1], ids[0], ids[2]]);
    await checkRefused(list({ VersionIdMarker: ids[0] }), 'InvalidArgument', 400);
  });

  test('gives Lambda the version of the code that it is asked for', async () => {
    const zip = zipOf({ 'index.mjs': 'export const handler = async () => 1;' });
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'code.zip', Body: zip }));
    await put('code.zip', 'no archive at all');
    const lambda = new LambdaClient({
      region: 'us-east-1',
      endpoint: cloud.endpointUrl,
      credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    const create = (S3ObjectVersion: string | undefined) =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'versioned',
          Role: 'arn:aws:iam::123456789012:role/elsewhere',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { S3Bucket: Bucket, S3Key: 'code.zip', S3ObjectVersion },
        }),
      );
    const refused = (of: string) => ({ message: expect.stringContaining(of) });
    await expect(create('x'.repeat(32))).rejects.toMatchObject(refused('S3 Error Code: NoSuchVersion'));
    await expect(create(undefined)).rejects.toMatchObject(refused('unzip'));
    expect((await create(VersionId)).CodeSize).toBe(zip.length);
  });

  test('lets a role get a version only where it may', async () => {
    expect(GetObject.actionOf?.({ Bucket, Key: 'a' } as never)).toBe('s3:GetObject');
    expect(GetObject.actionOf?.({ Bucket, Key: 'a', VersionId: 'v' } as never)).toBe('s3:GetObjectVersion');
    expect(DeleteObject.actionOf?.({ VersionId: 'v' } as never)).toBe('s3:DeleteObjectVersion');
  });

  test('gathers what shares a prefix', async () => {
    await put('p/1', '1');
    await put('p/2', '2');
    await put('q', '3');
    const page = await list({ Delimiter: '/' });
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'p/' }]);
    expect(page.Versions?.map(({ Key }) => Key)).toEqual(['q']);
  });
});

describe('a bucket whose versions are suspended', () => {
  test('keeps the old ones, and one under null', async () => {
    await put('a', 'before');
    await versioning('Enabled');
    const kept = await put('a', 'kept');
    await versioning('Suspended');
    expect(await put('a', 'one')).toBe('null');
    await put('a', 'two');
    expect((await list()).Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept]);
    expect(await remove('a')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    await checkRefused(get('a'), 'NoSuchKey', 404);
    expect((await list()).Versions?.map(({ VersionId }) => VersionId)).toEqual([kept]);
  });

  test('cannot be put back to none, and MFA is outside the slice', async () => {
    const say = (VersioningConfiguration: object) =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await checkRefused(say({}), 'IllegalVersioningConfigurationException', 400);
    await checkRefused(say({ Status: 'Enabled', MFADelete: 'Enabled' }), 'NotImplemented', 501);
  });
});

describe('conditions', () => {
  const etag = '"f97c5d29941bfb1b2fdab0874906ab82"'; // of `one`

  test.each([
    ['the tag that is there', { IfMatch: etag }, 200],
    ['another tag', { IfMatch: '"x"' }, 412],
    ['not the tag that is there', { IfNoneMatch: etag }, 304],
    ['not another tag', { IfNoneMatch: '"x"' }, 200],
    ['changed since long ago', { IfModifiedSince: new Date(0) }, 200],
    ['changed since far ahead', { IfModifiedSince: new Date('2100-01-01') }, 304],
    ['unchanged since long ago', { IfUnmodifiedSince: new Date(0) }, 412],
    ['unchanged since long ago, but the tag that is there', { IfUnmodifiedSince: new Date(0), IfMatch: etag }, 200],
  ] as const)('an object is got on: %s', async (_name, condition, status) => {
    await put('a', 'one');
    const asked = client.send(new GetObjectCommand({ Bucket, Key: 'a', ...condition }));
    const answer = await asked.catch((error: unknown) => error);
    expect(answer).toMatchObject({ $metadata: { httpStatusCode: status } });
  });

  test('an object is put only where none is, or where the one that is known still is', async () => {
    const say = (condition: object) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'one', ...condition }));
    await checkRefused(say({ IfMatch: etag }), 'NoSuchKey', 404);
    await say({ IfNoneMatch: '*' });
    await checkRefused(say({ IfNoneMatch: '*' }), 'PreconditionFailed', 412);
    await say({ IfMatch: etag });
    await checkRefused(say({ IfMatch: '"x"' }), 'PreconditionFailed', 412);
  });
});
