/** What no template may look like: refused with its line before anything is made, never passed over. */
import { expect, test } from '@jest/globals';
import { compileTemplate, inspectTemplate } from './compile.ts';
import type { CompileInput } from './compiled-template.ts';

const inputFor = (text: string): CompileInput => ({
  text,
  fileName: 'template.yaml',
  parameters: {},
  stackName: 'rides',
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
});

const problemsOf = (text: string): readonly string[] =>
  inspectTemplate(inputFor(text)).problems.map(({ line, message }) => `${line}: ${message}`);

/** A topic with one attribute more, on line 4. */
const topic = (attribute: string): string => `Resources:
  A: { Type: AWS::SNS::Topic }
  T: { Type: AWS::SNS::Topic,
       ${attribute} }
`;
/** An alias with this UpdatePolicy, on line 3. */
const alias = (policy: string): string => `Resources:
  L: { Type: AWS::Lambda::Alias, Properties: { Name: live, FunctionName: f, FunctionVersion: 1 },
       UpdatePolicy: ${policy} }
`;
/** A topic and one more section, from line 2. */
const beside = (section: string): string => `Resources: { T: { Type: AWS::SNS::Topic } }\n${section}`;

test.each<[string, string, readonly string[]]>([
  [
    'a DeletionPolicy that CloudFormation does not have',
    topic('DeletionPolicy: Keep'),
    ['4: Template format error: Unrecognized DeletionPolicy Keep: it takes Delete, Retain, RetainExceptOnCreate.'],
  ],
  [
    'a snapshot of what has none',
    topic('DeletionPolicy: Snapshot'),
    ['4: Template format error: Unrecognized DeletionPolicy Snapshot: it takes Delete, Retain, RetainExceptOnCreate.'],
  ],
  [
    'an UpdateReplacePolicy for creations',
    topic('UpdateReplacePolicy: RetainExceptOnCreate'),
    ['4: Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate: it takes Delete, Retain.'],
  ],
  [
    'a policy that is chosen without the language extensions',
    topic('DeletionPolicy: !Ref A'),
    ['4: Template format error: Every DeletionPolicy member must be a string.'],
  ],
  [
    'a DependsOn that is a reference',
    topic('DependsOn: !Ref A'),
    ['4: Template format error: DependsOn must be a string or list of strings.'],
  ],
  [
    'a DependsOn that lists references',
    topic('DependsOn: [!Ref A]'),
    ['4: Template format error: DependsOn must be a string or list of strings.'],
  ],
  [
    'a CreationPolicy',
    topic('CreationPolicy: { ResourceSignal: { Count: 1 } }'),
    ['4: The CreationPolicy of T waits for signals, which nothing here sends. See docs/slice.md#sections.'],
  ],
  [
    'a deployment of what is no alias',
    topic('UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: a, DeploymentGroupName: b } }'),
    ['4: CodeDeployLambdaAliasUpdate is the UpdatePolicy of an alias, and T is none.'],
  ],
  [
    'an UpdatePolicy that is misspelled',
    alias('{ CodeDeployLambdaAliasUpdates: { ApplicationName: a, DeploymentGroupName: b } }'),
    ['3: The UpdatePolicy of an alias is CodeDeployLambdaAliasUpdate, and this one is CodeDeployLambdaAliasUpdates.'],
  ],
  [
    'a hook that is misspelled, and no group',
    alias('{ CodeDeployLambdaAliasUpdate: { ApplicationName: a, BeforeAllowTraffic: hook } }'),
    [
      '3: CodeDeployLambdaAliasUpdate has no member BeforeAllowTraffic: it takes ApplicationName, DeploymentGroupName, BeforeAllowTrafficHook, AfterAllowTrafficHook.',
      '3: CodeDeployLambdaAliasUpdate needs a member DeploymentGroupName.',
    ],
  ],
  ['an UpdatePolicy that is a text', alias('canary'), ['3: Template format error: UpdatePolicy must be a map.']],
  [
    'another version of the format',
    beside('AWSTemplateFormatVersion: 2012-01-01'),
    ['2: Template format error: unsupported value for AWSTemplateFormatVersion.'],
  ],
  [
    'Globals without the transform that has them',
    beside('Globals: { Function: { Timeout: 5 } }'),
    ['2: Template format error: Invalid template property or properties [Globals]'],
  ],
  [
    'a mapping of one level, and one with a reference',
    beside('Mappings:\n  M: { a: b }\n  N: { a: { b: !Ref AWS::Region } }'),
    [
      '3: Template format error: Every Mappings attribute M.a must be a map.',
      '4: Template format error: Every Mappings attribute must be a String or a List.',
    ],
  ],
  [
    'an output with a condition that is not there',
    beside('Outputs:\n  O: { Value: x, Condition: Gone }'),
    ['3: Template format error: Unresolved condition dependency Gone in the Outputs block of the template'],
  ],
  [
    'an output with a member that is misspelled',
    beside('Outputs:\n  O: { Value: x, Exports: { Name: y } }'),
    ["3: Template format error: Invalid template output property 'Exports'"],
  ],
  [
    'an export without a name',
    beside('Outputs:\n  O: { Value: x, Export: y }'),
    ['3: Template format error: Export of output O is a map with Name and nothing else.'],
  ],
  [
    'outputs that are texts, lists, or oddly named',
    beside('Outputs:\n  O: x\n  P: { Value: [a, b] }\n  Q-1: { Value: a, Description: !Sub b }'),
    [
      '3: Template format error: [/Outputs/O] must be a map.',
      '5: Template format error: Output name Q-1 is non alphanumeric.',
      '5: Template format error: Every Description member must be a string.',
      '4: Template format error: The Value field of every Outputs member must evaluate to a String and not a List.',
    ],
  ],
  [
    'conditions that ask for resources',
    beside('Conditions:\n  A: !Equals [!Ref T, x]\n  B: !Equals [x, !GetAtt T.TopicName]'),
    [
      '3: Template format error: Unresolved dependencies. Cannot reference resources in the Conditions block of the template',
      '4: Template format error: Unresolved dependencies. Cannot reference resources in the Conditions block of the template',
    ],
  ],
  [
    'a choice among one, and among eleven',
    beside(`Conditions:\n  A: !And [!Equals [a, a]]\n  B: !Or [${'!Equals [a, a], '.repeat(11)}]`),
    [
      '3: Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.',
      '4: Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.',
    ],
  ],
])('%s is refused', (_what, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test('with the language extensions a policy may be chosen', () => {
  const text = `Transform: AWS::LanguageExtensions\nParameters: { Policy: { Type: String, Default: Retain } }
Conditions: { Keeps: !Equals [a, a] }\nResources:
  A: { Type: AWS::SNS::Topic, DeletionPolicy: !If [Keeps, RetainExceptOnCreate, Delete], UpdateReplacePolicy: !Ref Policy }
  B: { Type: AWS::RDS::DBInstance, DeletionPolicy: Snapshot, UpdateReplacePolicy: Snapshot }`;
  const { resources } = compileTemplate(inputFor(text));
  expect([...resources.values()].map((it) => [it.deletionPolicy, it.updateReplacePolicy])).toEqual([
    ['RetainExceptOnCreate', 'Retain'],
    ['Snapshot', 'Snapshot'],
  ]);
});

test('a reference that AWS fills in stays as it is, and is warned of with its line', () => {
  const text = `Resources:
  T: { Type: AWS::SNS::Topic, Properties: {
       DisplayName: !Sub '\${AWS::StackName} of {{resolve:ssm:/team/name:1}}',
       Tags: [{ Key: a, Value: '{{resolve:secretsmanager:s}}' }] } }`;
  const { resources, warnings } = compileTemplate(inputFor(text));
  expect(resources.get('T')?.properties['DisplayName']).toBe('rides of {{resolve:ssm:/team/name:1}}');
  expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '3: What {{resolve:ssm:/team/name:1}} stands for is known to AWS alone: here it stays as it is written.',
    '4: What {{resolve:secretsmanager:s}} stands for is known to AWS alone: here it stays as it is written.',
  ]);
});

test.each<[string, number, string, readonly string[]]>([
  ['as many resources as there may be', 500, 'Resources', []],
  [
    'one too many',
    501,
    'Resources',
    ['1: Template format error: Number of resources, 501, is greater than maximum allowed, 500'],
  ],
  ['as many parameters as there may be', 200, 'Parameters', []],
  [
    'one parameter too many',
    201,
    'Parameters',
    ['1: Template format error: Number of parameters, 201, is greater than maximum allowed, 200'],
  ],
])('a template has so much of everything: %s', (_what, count, section, problems) => {
  const member = section === 'Resources' ? { Type: 'AWS::SNS::Topic' } : { Type: 'String', Default: 'x' };
  const members = Object.fromEntries(Array.from({ length: count }, (_, i) => [`It${i}`, member]));
  expect(problemsOf(JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic' } }, [section]: members }))).toEqual(
    problems,
  );
});

test('what the transform makes is counted', () => {
  const functions = Array.from({ length: 251 }, (_, i) => [
    `Fn${i}`,
    {
      Type: 'AWS::Serverless::Function',
      Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' },
    },
  ]);
  const text = { Transform: 'AWS::Serverless-2016-10-31', Resources: Object.fromEntries(functions) as object };
  expect(problemsOf(JSON.stringify(text))).toEqual([
    '1: Template format error: Number of resources, 502, is greater than maximum allowed, 500',
  ]);
});
