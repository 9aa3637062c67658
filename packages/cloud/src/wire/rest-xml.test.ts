/** S3's protocol, by a small service in S3's manner: its model's own quirks, in the schemas' own notation. */
import { expect, test } from '@jest/globals';
import { AwsError } from '../aws-error.ts';
import { createWire, describeService, type WireResponse } from './index.ts';

const NS = 'com.amazonaws.s3';
const BUCKET = [0, { httpLabel: 1 }];
const KEY = [0, { httpLabel: 1 }];
const LAST_MODIFIED = [4, { httpHeader: 'Last-Modified' }];
const METADATA = [128, { httpPrefixHeaders: 'x-amz-meta-' }];
const BODY = [42, { httpPayload: 1 }];
const OBJECT = [3, NS, 'Object', 0, ['Key', 'Size', 'LastModified'], [0, 1, 4]];
const OBJECTS = [1, NS, 'ObjectList', 0, [() => OBJECT, {}]];
const PARTS = [
  3,
  NS,
  'Parts',
  0,
  ['Part'],
  [[() => [1, NS, 'PartList', 0, [() => OBJECT, {}]], { xmlFlattened: 1, xmlName: 'Part' }]],
];

const structure = (name: string, members: Readonly<Record<string, unknown>>, required = 0) => [
  3,
  NS,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
];
const operation = (name: string, http: readonly [string, string, number], input: unknown, output: unknown = 'unit') => [
  9,
  NS,
  name,
  { http },
  () => input,
  () => output,
];

const MODULE = {
  PutObject$: operation(
    'PutObject',
    ['PUT', '/{Key+}?x-id=PutObject', 200],
    structure('PutObjectRequest', { Bucket: BUCKET, Key: KEY, Metadata: METADATA, Body: BODY }, 2),
  ),
  UploadPart$: operation(
    'UploadPart',
    ['PUT', '/{Key+}?x-id=UploadPart', 200],
    structure(
      'UploadPartRequest',
      { Bucket: BUCKET, Key: KEY, PartNumber: [1, { httpQuery: 'partNumber' }], Body: BODY },
      3,
    ),
  ),
  Complete$: operation(
    'Complete',
    ['POST', '/{Key+}', 200],
    structure(
      'CompleteRequest',
      { Bucket: BUCKET, Key: KEY, Upload: [() => PARTS, { httpPayload: 1, xmlName: 'Upload' }] },
      2,
    ),
  ),
  GetObject$: operation(
    'GetObject',
    ['GET', '/{Key+}', 200],
    structure('GetObjectRequest', { Bucket: BUCKET, Key: KEY }, 2),
    structure('GetObjectOutput', { Body: BODY, LastModified: LAST_MODIFIED, Metadata: METADATA }),
  ),
  HeadBucket$: operation('HeadBucket', ['HEAD', '/', 200], structure('HeadBucketRequest', { Bucket: BUCKET }, 1)),
  ListObjects$: operation('ListObjects', ['GET', '/', 200], structure('ListObjectsRequest', { Bucket: BUCKET }, 1)),
  ListObjectsV2$: operation(
    'ListObjectsV2',
    ['GET', '/?list-type=2', 200],
    structure('ListObjectsV2Request', { Bucket: BUCKET, Prefix: [0, { httpQuery: 'prefix' }] }, 1),
    structure('ListObjectsV2Output', { Contents: [() => OBJECTS, { xmlFlattened: 1 }] }),
  ),
  NoSuchKey$: [-3, NS, 'NoSuchKey', { error: 'client', httpError: 404 }, [], []],
};

class Client {
  readonly config = {
    serviceId: 'S3',
    protocol: { getShapeId: () => 'aws.protocols#restXml' },
    protocolSettings: { xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/' },
  };
}

const wire = createWire({ emulates: () => true });
wire.add(describeService('s3', MODULE, Client));
const authorization = 'AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/s3/aws4_request, Signature=0';

function decode(method: string, url: string, body = '', headers = {}) {
  const decoded = wire.decode(
    { method, url, headers: { authorization, ...headers }, body: Buffer.from(body) },
    'request-1',
  );
  if (decoded.type === 'failure') throw decoded.error;
  return decoded;
}

const textOf = ({ body }: WireResponse): string => Buffer.from(body).toString();

test.each([
  ['PUT', '/b/a.txt', 'PutObject', { Bucket: 'b', Key: 'a.txt' }],
  ['PUT', '/b/dir/a%20b%2B%C3%A9.txt?x-id=PutObject', 'PutObject', { Bucket: 'b', Key: 'dir/a b+é.txt' }],
  ['PUT', '/b/folder/', 'PutObject', { Bucket: 'b', Key: 'folder/' }],
  ['PUT', '/b/a.txt?partNumber=3', 'UploadPart', { Bucket: 'b', Key: 'a.txt', PartNumber: 3 }],
  ['GET', '/b/a.txt', 'GetObject', { Bucket: 'b', Key: 'a.txt' }],
  ['GET', '/b', 'ListObjects', { Bucket: 'b' }],
  ['GET', '/b/?list-type=2&prefix=x%2F', 'ListObjectsV2', { Bucket: 'b', Prefix: 'x/' }],
  ['HEAD', '/b', 'HeadBucket', { Bucket: 'b' }],
  ['HEAD', '/b/', 'HeadBucket', { Bucket: 'b' }],
])('%s %s is %s', (method, url, name, input) => {
  expect(decode(method, url)).toMatchObject({ operation: name, input });
});

test('an object’s bytes and metadata arrive, none of them too', () => {
  const { input } = decode('PUT', '/b/k', 'hello', { 'x-amz-meta-a': '1' });
  expect(input).toMatchObject({ Metadata: { a: '1' }, Body: new Uint8Array(Buffer.from('hello')) });
  expect(decode('PUT', '/b/k').input).toMatchObject({ Body: new Uint8Array() });
});

test.each([
  ['gzip, which it is not', 'gzip', 'not zipped'],
  ['br', 'br', 'bytes'],
  ['gzip in chunks', 'gzip,aws-chunked', '5\r\nbytes\r\n0\r\n\r\n'],
])('an object’s own encoding is no envelope: %s', (_name, encoding, body) => {
  const { input } = decode('PUT', '/b/k', body, { 'content-encoding': encoding });
  expect(input).toMatchObject({ Body: new Uint8Array(Buffer.from(body.includes('\r\n') ? 'bytes' : body)) });
});

test('an XML body is read', () => {
  const { input } = decode(
    'POST',
    '/b/k',
    '<Upload><Part><Key>a</Key><Size>1</Size></Part><Part><Key>b</Key></Part></Upload>',
  );
  expect(input).toMatchObject({ Upload: { Part: [{ Key: 'a', Size: 1 }, { Key: 'b' }] } });
  expect(() => decode('POST', '/b/k', 'no xml')).toThrow('not well-formed');
});

test('an answer has its members in headers, body and XML', () => {
  const at = new Date(1_700_000_000_000);
  const object = wire.encode(decode('GET', '/b/k'), {
    Body: Buffer.from('bytes'),
    LastModified: at,
    Metadata: { A: 'é' },
  });
  expect(object).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'binary/octet-stream',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'x-amz-meta-a': '%C3%A9',
    },
  });
  expect(textOf(object)).toBe('bytes');
  const list = wire.encode(decode('GET', '/b?list-type=2'), { Contents: [{ Key: 'a&b', Size: 1, LastModified: at }] });
  expect(textOf(list)).toContain(
    '<Contents><Key>a&amp;b</Key><Size>1</Size><LastModified>2023-11-14T22:13:20Z</LastModified></Contents>',
  );
});

test('an error is S3’s, without a body for HEAD', () => {
  const missing = wire.encodeError(
    decode('GET', '/b/k'),
    new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: '<k>' }),
  );
  expect(missing.status).toBe(404);
  expect(textOf(missing)).toContain(
    '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>&lt;k&gt;</Key><RequestId>request-1</RequestId></Error>',
  );
  expect(textOf(wire.encodeError(decode('HEAD', '/b'), new AwsError('NotFound', 'Not Found', 404)))).toBe('');
});
