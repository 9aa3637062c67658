import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { createWire, describeService, type WireRequest } from './index.ts';

const wire = createWire({ emulates: (_service, operation) => operation !== 'ListDeployments', maxBodyBytes: 4096 });
wire.add(describeService('codedeploy', codedeploy, codedeploy.CodeDeployClient));
wire.add(describeService('cloudwatch', cloudwatch, cloudwatch.CloudWatchClient));
wire.add(describeService('cloudformation', cloudformation, cloudformation.CloudFormationClient));
wire.add(describeService('lambda', lambda, lambda.LambdaClient));
wire.add(describeService('s3', s3, s3.S3Client));
wire.add(describeService('events', eventbridge, eventbridge.EventBridgeClient));

const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/${service}/aws4_request, Signature=0`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CBOR = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
const CBOR_PATH = '/service/GraniteServiceVersion20100801/operation/PutMetricData';

type Given = Partial<Omit<WireRequest, 'body'>> & { readonly body?: string | Uint8Array };

function decode({ body = '', ...given }: Given) {
  return wire.decode({ method: 'POST', url: '/', headers: {}, body: Buffer.from(body), ...given }, 'request-1');
}

function checkRefusal(given: Given, status: number, code: string, message = ''): void {
  const failure = decode(given);
  if (failure.type === 'call') throw new Error(`It became a call of ${failure.operation}.`);
  expect({ status: failure.response.status, code: failure.error.code }).toEqual({ status, code });
  const { headers, body } = failure.response;
  expect(JSON.stringify(headers) + Buffer.from(body).toString('latin1')).toContain(code);
  expect(failure.error.message).toContain(message);
}

const target = (name: string, more: Record<string, string> = {}) => ({
  headers: { 'x-amz-target': `CodeDeploy_20141006.${name}`, ...more },
});

const REFUSALS: readonly (readonly [string, Given, number, string, string?])[] = [
  ['nothing at all', {}, 403, 'MissingAuthenticationTokenException'],
  [
    'an unknown target',
    { headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' } },
    501,
    'NotImplemented',
    'The service DynamoDB_20120810',
  ],
  [
    'an unknown service in the credential',
    { headers: { authorization: signed('dynamodb') } },
    501,
    'NotImplemented',
    'The service dynamodb',
  ],
  ['an unknown operation in JSON', target('Dance'), 400, 'UnknownOperationException', 'Dance'],
  [
    'an operation outside the slice',
    target('ListDeployments'),
    501,
    'NotImplemented',
    'The operation ListDeployments of CodeDeploy',
  ],
  [
    'an unknown Action',
    { headers: FORM, body: 'Action=Dance&Version=2010-05-15' },
    400,
    'InvalidAction',
    'Could not find operation Dance for version 2010-05-15',
  ],
  [
    'an unknown path',
    { method: 'GET', url: '/2015-03-31/dance', headers: { authorization: signed('lambda') } },
    404,
    'UnknownOperationException',
  ],
  [
    'a broken escape in a path',
    { method: 'GET', url: '/2015-03-31/functions/%E0%A4%A', headers: { authorization: signed('lambda') } },
    400,
    'SerializationException',
  ],
  ['broken JSON', { ...target('GetDeployment'), body: '{"deploymentId":' }, 400, 'SerializationException'],
  [
    'JSON of another type',
    { ...target('GetDeployment'), body: '[]' },
    400,
    'SerializationException',
    'Start of list found where not expected',
  ],
  [
    'a number for a text',
    { ...target('GetDeployment'), body: '{"deploymentId":1}' },
    400,
    'SerializationException',
    'NUMBER_VALUE can not be converted to a String',
  ],
  [
    'a list for a text',
    { ...target('GetDeployment'), body: '{"deploymentId":["d"]}' },
    400,
    'SerializationException',
    'Start of list',
  ],
  [
    'a null in a list',
    { ...target('BatchGetDeployments'), body: '{"deploymentIds":["a",null]}' },
    400,
    'ValidationException',
    "Value null at 'deploymentIds.2.member'",
  ],
  [
    'a missing member',
    { ...target('GetDeployment'), body: '{}' },
    400,
    'DeploymentIdRequiredException',
    "Value null at 'deploymentId'",
  ],
  [
    'text for a number in a form',
    { headers: FORM, body: 'Action=CreateStack&Version=2010-05-15&StackName=s&TimeoutInMinutes=soon' },
    400,
    'MalformedInput',
  ],
  [
    'a structure for a text in a form',
    { headers: FORM, body: 'Action=CreateStack&Version=2010-05-15&StackName.a=s' },
    400,
    'MalformedInput',
  ],
  ['truncated CBOR', { url: CBOR_PATH, headers: CBOR, body: Uint8Array.of(0xa2, 0x69) }, 400, 'SerializationException'],
  [
    'a CBOR list that claims four billion items',
    { url: CBOR_PATH, headers: CBOR, body: Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff) },
    400,
    'SerializationException',
  ],
  [
    'CBOR nested without end',
    { url: CBOR_PATH, headers: CBOR, body: new Uint8Array(4000).fill(0x81) },
    400,
    'SerializationException',
    'nested too deeply',
  ],
  [
    'a body beyond the limit',
    { ...target('GetDeployment'), body: new Uint8Array(4097) },
    413,
    'RequestEntityTooLargeException',
  ],
  [
    'a gzip bomb',
    { ...target('GetDeployment', { 'content-encoding': 'gzip' }), body: gzipSync(new Uint8Array(1_000_000)) },
    413,
    'RequestEntityTooLargeException',
  ],
  [
    'gzip that is none',
    { ...target('GetDeployment', { 'content-encoding': 'gzip' }), body: 'plain' },
    400,
    'SerializationException',
  ],
  [
    'an encoding that nobody speaks',
    { ...target('GetDeployment', { 'content-encoding': 'br' }), body: '{}' },
    415,
    'UnsupportedMediaType',
  ],
  [
    'an aws-chunked body cut short',
    { ...target('GetDeployment', { 'content-encoding': 'aws-chunked' }), body: 'ff\r\n{}' },
    400,
    'IncompleteBody',
  ],
];

for (const [name, given, status, code, message] of REFUSALS) {
  test(`${name} is refused`, () => checkRefusal(given, status, code, message));
}

test('an aws-chunked body is joined', () => {
  const body = '9;chunk-signature=0\r\n{"deploym\r\nb\r\nentId":"d"}\r\n0\r\nx-amz-trailer:1\r\n\r\n';
  expect(decode({ ...target('GetDeployment', { 'content-encoding': 'aws-chunked' }), body })).toMatchObject({
    type: 'call',
    input: { deploymentId: 'd' },
  });
});

test('keys that JavaScript knows better stay keys', () => {
  const body = '{"applicationName":"a","__proto__":{"polluted":1},"constructor":2}';
  expect(decode({ ...target('GetApplication'), body })).toMatchObject({
    type: 'call',
    input: { applicationName: 'a' },
  });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('a request that is read wholly is never thrown out of decode, whatever its bytes', () => {
  const heads: Given[] = [
    target('CreateDeployment'),
    { url: CBOR_PATH, headers: CBOR },
    { headers: { ...FORM, authorization: signed('cloudformation') } },
    { headers: { ...FORM, authorization: signed('monitoring') } },
    { url: '/2015-03-31/functions/f/aliases', headers: { authorization: signed('lambda') } },
    { url: '/2015-03-31/functions', headers: { authorization: signed('lambda'), 'content-encoding': 'gzip' } },
    { url: '/2015-03-31/functions', headers: { authorization: signed('lambda'), 'content-encoding': 'aws-chunked' } },
    { headers: { 'x-amz-target': 'AWSEvents.PutTargets' } },
    ...['/b?delete', '/b/k?uploadId=u'].map((url) => ({ url, headers: { authorization: signed('s3') } })),
    ...['/b', '/b?lifecycle', '/b?notification', '/b?policy', '/b?tagging', '/b/k'].map((url) => ({
      method: 'PUT',
      url,
      headers: { authorization: signed('s3') },
    })),
  ];
  const form = fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'Action',
          'Tags.member.1.Key',
          'Tags',
          'StackName',
          'Version',
          '',
          'Tags.member.-1',
          '__proto__.a',
        ),
        fc.string(),
      ),
    )
    .map((fields) => Buffer.from(new URLSearchParams([['Action', 'CreateStack'], ...fields]).toString()));
  const xml = fc
    .array(
      fc.oneof(
        fc.constantFrom('<Delete>', '</Delete>', '<Object>', '<Key/>', '<Rule>', '<Tag><Key>k</Key>', '<TagSet/>'),
        fc.constantFrom(
          '<?xml version="1.0"?>',
          '<!DOCTYPE a [<!ENTITY b "c">]>',
          '&b;',
          '&#0;',
          '<![CDATA[',
          ']]>',
          '<__proto__>',
        ),
        fc.string(),
      ),
    )
    .map((pieces) => Buffer.from(pieces.join('')));
  const json = fc.json().map((it) => Buffer.from(it));
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), json, form, xml);
  const law = fc.property(fc.constantFrom(...heads), body, (head, bytes) => {
    const decoded = decode({ ...head, body: bytes });
    return decoded.type === 'call' || [400, 413].includes(decoded.response.status);
  });
  expect(fc.check(law, { numRuns: 1500 })).toMatchObject({ failed: false });
});

test('a request with a head of any kind is never thrown out of decode', () => {
  const header = fc.dictionary(
    fc.constantFrom(
      'x-amz-target',
      'smithy-protocol',
      'authorization',
      'content-type',
      'content-encoding',
      'x-amz-content-sha256',
      'x-rehearsal-instant',
    ),
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        signed('lambda'),
        signed('monitoring'),
        signed('s3'),
        'rpc-v2-cbor',
        'CodeDeploy_20141006.',
        FORM['content-type'],
      ),
    ),
  );
  fc.assert(
    fc.property(
      header,
      fc.webPath(),
      fc.webQueryParameters(),
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
      (headers, path, query, method) => {
        const decoded = decode({ method, url: `${path}?${query}`, headers });
        expect(decoded.type === 'call' || decoded.response.status >= 400).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});
