import { expect, test } from '@jest/globals';
import { assert, double, property } from 'fast-check';
import { cloudWithList, publishCode, refusalOf, ROLE } from './lambda.fixture.ts';

const LIST = 'arn:aws:lambda:us-east-1:123456789012:function:list';

/** What AWS says to an alias that shall point here, with versions 1, 2 (same role) and 3 (another role) published. */
function checkRefusal(functionVersion: string, weights: Record<string, number>, refusal: string): void {
  const cloud = cloudWithList();
  publishCode(cloud, 'b');
  cloud.call('UpdateFunctionConfiguration', { FunctionName: 'list', Role: `${ROLE}-other` });
  publishCode(cloud, 'c');
  const input = {
    FunctionName: 'list',
    Name: 'canary',
    FunctionVersion: functionVersion,
    RoutingConfig: { AdditionalVersionWeights: weights },
  };
  expect(refusalOf(() => cloud.call('CreateAlias', input))).toBe(refusal);
}

const WEIGHTS_CONSTRAINT =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';

test.each([
  [
    'two additional versions',
    '1',
    { 2: 0.1, 3: 0.1 },
    'InvalidParameterValueException 400 Number of items in AdditionalVersionWeights cannot be greater than 1',
  ],
  [
    'a weight above 1',
    '1',
    { 2: 2 },
    `ValidationException 400 1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: ${WEIGHTS_CONSTRAINT}`,
  ],
  [
    'a negative weight',
    '1',
    { 2: -0.5 },
    `ValidationException 400 1 validation error detected: Value '{2=-0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: ${WEIGHTS_CONSTRAINT}`,
  ],
  [
    'the same version twice',
    '1',
    { 1: 0.5 },
    'InvalidParameterValueException 400 Invalid function version 1. Function version 1 is already included in routing configuration.',
  ],
  [
    '$LATEST with a weight',
    '1',
    { $LATEST: 0.5 },
    'InvalidParameterValueException 400 $LATEST is not supported for an alias pointing to more than 1 version',
  ],
  [
    '$LATEST beside a weight',
    '$LATEST',
    { 1: 0.5 },
    'InvalidParameterValueException 400 $LATEST is not supported for an alias pointing to more than 1 version',
  ],
  ['an unknown version', '10', {}, `ResourceNotFoundException 404 Function not found: ${LIST}:10`],
  ['an unknown additional version', '1', { 10: 0.5 }, `ResourceNotFoundException 404 Function not found: ${LIST}:10`],
  [
    'another execution role',
    '1',
    { 3: 0.5 },
    'InvalidParameterValueException 400 Specified versions must be associated with the same execution role',
  ],
  ['a sound alias', '1', { 2: 0.1 }, 'no refusal'],
])('an alias is refused for %s', (_name, version, weights, refusal) => {
  checkRefusal(version, weights as unknown as Record<string, number>, refusal);
});

test.each([
  ['live', `ResourceConflictException 409 Alias already exists: ${LIST}:live`],
  [
    '123',
    "ValidationException 400 1 validation error detected: Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
  ],
  [
    'a b',
    "ValidationException 400 1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
  ],
])('the alias name %j is refused', (Name, refusal) => {
  const cloud = cloudWithList();
  expect(refusalOf(() => cloud.call('CreateAlias', { FunctionName: 'list', Name, FunctionVersion: '1' }))).toBe(
    refusal,
  );
});

test('UpdateAlias keeps weights that are not given and clears them for an empty map', () => {
  const cloud = cloudWithList();
  publishCode(cloud, 'b');
  const update = (more: object) => cloud.call('UpdateAlias', { FunctionName: 'list', Name: 'live', ...more });
  const weights = { AdditionalVersionWeights: { 2: 0.1 } };
  expect(update({ RoutingConfig: weights })).toMatchObject({ FunctionVersion: '1', RoutingConfig: weights });
  expect(update({ Description: 'unicorns' })).toMatchObject({ RoutingConfig: weights, Description: 'unicorns' });
  expect(update({ FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } })).not.toHaveProperty(
    'RoutingConfig',
  );
  expect(cloud.call('GetAlias', { FunctionName: 'list', Name: 'live' })).toMatchObject({ FunctionVersion: '2' });
});

test('UpdateAlias with an old RevisionId is refused', () => {
  const cloud = cloudWithList();
  const input = { FunctionName: 'list', Name: 'live', RevisionId: 'old' };
  expect(refusalOf(() => cloud.call('UpdateAlias', input))).toMatch(
    /^PreconditionFailedException 412 The RevisionId provided/,
  );
});

test('an alias that does not exist is not found, and deleting it succeeds', () => {
  const cloud = cloudWithList();
  const input = { FunctionName: 'list', Name: 'blue' };
  expect(refusalOf(() => cloud.call('GetAlias', input))).toBe(
    `ResourceNotFoundException 404 Cannot find alias arn: ${LIST}:blue`,
  );
  expect(cloud.call('DeleteAlias', input)).toEqual({});
});

/** Versions that run `requests` calls of the alias at this weight of version 2. */
function versionsRun(weight: number, requests: number): string[] {
  const cloud = cloudWithList();
  publishCode(cloud, 'b');
  const RoutingConfig = { AdditionalVersionWeights: { 2: weight } };
  cloud.call('UpdateAlias', { FunctionName: 'list', Name: 'live', RoutingConfig });
  for (let i = 0; i < requests; i++) cloud.call('Invoke', { FunctionName: 'list', Qualifier: 'live' }, `request ${i}`);
  return cloud.running.map(({ version }) => version);
}

test('every request goes to one of the two versions, by the weight', () => {
  assert(
    property(double({ min: 0, max: 1, noNaN: true }), (weight) => {
      const second = versionsRun(weight, 300).filter((version) => version === '2').length / 300;
      expect(Math.abs(second - weight)).toBeLessThan(0.13);
    }),
    { numRuns: 20 },
  );
});

test.each([
  [0, '1'],
  [1, '2'],
])('at weight %d every request runs version %s', (weight, version) => {
  expect(new Set(versionsRun(weight, 50))).toEqual(new Set([version]));
});

test('a request runs the same version again when its history is replayed', () => {
  expect(versionsRun(0.5, 100)).toEqual(versionsRun(0.5, 100));
});

test('aliases are listed, all of them or those that lead to a version, by its weight too', () => {
  const cloud = cloudWithList();
  publishCode(cloud, 'b');
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
  cloud.call('CreateAlias', { FunctionName: 'list', Name: 'canary', FunctionVersion: '1', RoutingConfig });
  const leadingTo = (FunctionVersion?: string) =>
    (cloud.call('ListAliases', { FunctionName: 'list', FunctionVersion })['Aliases'] as { Name: string }[]).map(
      ({ Name }) => Name,
    );
  expect([leadingTo(), leadingTo('1'), leadingTo('2'), leadingTo('3')]).toEqual([
    ['live', 'canary'],
    ['live', 'canary'],
    ['canary'],
    [],
  ]);
  expect(refusalOf(() => cloud.call('ListAliases', { FunctionName: 'none' }))).toMatch(
    /^ResourceNotFoundException 404/,
  );
});
