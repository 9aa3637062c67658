import { expect, test } from '@jest/globals';
import { cloudWithList, publishCode, refusalOf, ROLE } from './lambda.fixture.ts';
import { publishedVersionOf } from './publish-version.ts';

const published = (change: object, input: object = {}): string => {
  const cloud = cloudWithList();
  if (Object.keys(change).length > 0) cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', ...change });
  return String(cloud.call('PublishVersion', { FunctionName: 'list', ...input })['Version']);
};

test.each([
  ['nothing', {}, {}, '1'],
  ['the description of the version', {}, { Description: 'new words' }, '1'],
  ['the description of the function', { Description: 'new words' }, {}, '1'],
  ['the memory to what it was', { MemorySize: 128 }, {}, '1'],
  ['the memory', { MemorySize: 256 }, {}, '2'],
  ['a variable', { Environment: { Variables: { STAGE: 'prod' } } }, {}, '2'],
  ['the time-out', { Timeout: 10 }, {}, '2'],
  ['the role', { Role: `${ROLE}-other` }, {}, '2'],
  ['the log format', { LoggingConfig: { LogFormat: 'JSON' } }, {}, '2'],
  ['a recorded setting', { Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:a:1'] }, {}, '2'],
])('after a change of %s PublishVersion gives version', (_what, change, input, version) => {
  expect(published(change, input)).toBe(version);
});

test('equal variables in another order make no new version', () => {
  const cloud = cloudWithList({ Environment: { Variables: { A1: '1', B1: '2' } } });
  cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', Environment: { Variables: { B1: '2', A1: '1' } } });
  expect(cloud.call('PublishVersion', { FunctionName: 'list' })['Version']).toBe('1');
});

test('the very code that was published last is that version again, also after code in between', () => {
  const cloud = cloudWithList();
  expect(publishCode(cloud, 'b')).toBe('2');
  cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: 'a' });
  expect(publishedVersionOf(cloud.world, 'list')).toBeUndefined();
  cloud.call('UpdateFunctionCode', { FunctionName: 'list', S3Key: 'b' });
  expect(publishedVersionOf(cloud.world, 'list')).toBe('2');
  expect(publishCode(cloud, 'a')).toBe('3');
});

test('a number is never given out twice', () => {
  const cloud = cloudWithList();
  expect(publishCode(cloud, 'b')).toBe('2');
  cloud.call('DeleteFunction', { FunctionName: 'list', Qualifier: '2' });
  expect(cloud.call('PublishVersion', { FunctionName: 'list' })['Version']).toBe('3');
});

test('a version keeps its code and configuration', () => {
  const cloud = cloudWithList();
  cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', MemorySize: 512 });
  publishCode(cloud, 'b');
  const configuration = (Qualifier?: string) =>
    cloud.call('GetFunctionConfiguration', { FunctionName: 'list', Qualifier });
  expect(configuration('1')).toMatchObject({ MemorySize: 128, CodeSha256: 'sha-of-a', Version: '1' });
  expect(configuration('2')).toMatchObject({ MemorySize: 512, CodeSha256: 'sha-of-b', Version: '2' });
  expect(configuration()).toMatchObject({ MemorySize: 512, CodeSha256: 'sha-of-b', Version: '$LATEST' });
  const versions = cloud.call('ListVersionsByFunction', { FunctionName: 'list' })['Versions'] as { Version: string }[];
  expect(versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
});

test('guards of PublishVersion must fit $LATEST', () => {
  const cloud = cloudWithList();
  const publish = (input: object) => refusalOf(() => cloud.call('PublishVersion', { FunctionName: 'list', ...input }));
  expect(publish({ CodeSha256: 'other' })).toMatch(
    /^InvalidParameterValueException 400 CodeSHA256 \(other\) is different/,
  );
  expect(publish({ RevisionId: 'other' })).toMatch(/^PreconditionFailedException 412/);
  expect(publish({ CodeSha256: 'sha-of-a' })).toBe('no refusal');
});
