import { expect, test } from '@jest/globals';
import { UserError } from '../../user-error.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { PROPERTIES, RESOURCE_TYPES } from './resources/index.ts';
import { TYPE_NAMES } from './resources/type-names.ts';
import { compileTemplate } from './template/index.ts';

/** What is refused of a template, each with its line. */
function refusals(text: string): readonly string[] {
  const compiled = compileTemplate({
    text,
    fileName: 'template.yaml',
    parameters: {},
    stackName: 'app',
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
  });
  try {
    refuseUnknown(compiled, 'app.yaml');
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map((it) => `${it.file}:${it.line}: ${it.message}`);
    throw error;
  }
}

const resource = (type: string, properties: string): string =>
  `Resources:\n  It:\n    Type: ${type}\n    Properties:\n      ${properties}\n`;

test.each<[string, string, string, readonly string[]]>([
  [
    'a misspelled threshold',
    'AWS::CloudWatch::Alarm',
    'Treshold: 5',
    [
      'app.yaml:5: The property Treshold of "It" is none of AWS::CloudWatch::Alarm that is known here: CloudFormation refuses one that is misspelled. See docs/slice.md#properties.',
    ],
  ],
  [
    'a class of log group without metric filters',
    'AWS::Logs::LogGroup',
    'LogGroupClass: INFREQUENT_ACCESS',
    [
      'app.yaml:5: The property LogGroupClass of "It" (AWS::Logs::LogGroup) is outside the slice that can be rehearsed. See docs/slice.md#properties.',
    ],
  ],
  ['the class that every group has', 'AWS::Logs::LogGroup', 'LogGroupClass: STANDARD', []],
  [
    'a timeout that is no number',
    'AWS::Lambda::Function',
    'Timeout: soon',
    [
      'app.yaml:5: Properties validation failed for resource It with message: #/Timeout: expected type: Number, found: String (soon)',
    ],
  ],
  ['a timeout that is the text of one', 'AWS::Lambda::Function', "Timeout: '30'", []],
  [
    'what is kept without effect',
    'AWS::Lambda::Alias',
    'ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 }',
    [],
  ],
  ['whatever is recorded', 'AWS::SQS::Queue', 'Anything: 1', []],
  [
    'a type that is not there',
    'AWS::EC2::Instance',
    'A: 1',
    [
      'app.yaml:2: The resource "It" has the type AWS::EC2::Instance, which is neither emulated nor recorded. See docs/slice.md#resource-types.',
    ],
  ],
])('%s', (_what, type, property, problems) => {
  expect(refusals(resource(type, property))).toEqual(problems);
});

test('what a serverless function hands on is refused at its own line', () => {
  const text = `Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:
      { Handler: a.b, Runtime: nodejs24.x, CodeUri: a,\n        TenancyConfig: { TenantIsolationMode: PER_TENANT } }\n`;
  expect(refusals(text)).toEqual([expect.stringMatching(/^app\.yaml:7: The property TenancyConfig of "Fn"/)]);
});

test('the types that may be written are those that can be made', () => {
  expect([...TYPE_NAMES].toSorted()).toEqual([...RESOURCE_TYPES.keys()].toSorted());
});

test('every emulated type says what becomes of its properties, and of each one thing', () => {
  const emulated = [...RESOURCE_TYPES.values()].filter(({ kind }) => kind === 'emulated').map(({ type }) => type);
  expect([...PROPERTIES.keys()].toSorted()).toEqual(emulated.toSorted());
  for (const { acts, kept, refused } of PROPERTIES.values()) {
    const all = [...acts, ...kept, ...refused];
    expect(new Set(all).size).toBe(all.length);
  }
});

test('what makes a new resource of an emulated type is one of its properties', () => {
  for (const [type, { acts, kept, refused }] of PROPERTIES)
    expect([...acts, ...kept, ...refused]).toEqual(
      expect.arrayContaining([...(RESOURCE_TYPES.get(type)?.replacedBy ?? [])]),
    );
});
