import { expect, test } from '@jest/globals';
import { UserError } from '../../../user-error.ts';
import { compileTemplate, inspectTemplate } from './compile.ts';
import { lineIn } from './compiled-template.ts';
import type { CompiledTemplate, CompileInput } from './compiled-template.ts';
import { resolveOutputs, resolveProperties, resolveUpdatePolicy } from './resolve-later.ts';

const inputFor = (text: string, parameters: Readonly<Record<string, string>> = {}): CompileInput => ({
  text,
  fileName: 'template.yaml',
  parameters,
  stackName: 'rides',
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
});

const compiled = (text: string, parameters?: Readonly<Record<string, string>>): CompiledTemplate =>
  compileTemplate(inputFor(text, parameters));

const problemsOf = (text: string): readonly string[] =>
  inspectTemplate(inputFor(text)).problems.map(({ line, message }) => `${line}: ${message}`);

const CANARY = `
Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String, Default: dev } }
Conditions: { IsProd: !Equals [!Ref Stage, prod] }
Resources:
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      CodeUri: hook
      Environment: { Variables: { NEW_VERSION: !Ref List.Version } }
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: !Sub 'errors-\${List.Version.Version}', Dimensions: !If [IsProd, [a], !Ref AWS::NoValue] }
  List:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      CodeUri: list
      AutoPublishAlias: live
      DeploymentPreference:
        Type: AllAtOnce
        Alarms: [!Ref Errors]
        Hooks: { PreTraffic: !Ref Hook }
  Extra: { Type: AWS::SNS::Topic, Condition: IsProd }
Outputs:
  Alias: { Value: !Ref List.Alias, Description: where, Export: { Name: !Sub '\${AWS::StackName}-alias' } }
  Extra: { Value: !Ref Extra, Condition: IsProd }
`;

test('the alias comes after version, group, application, alarms and hooks, which its UpdatePolicy names', () => {
  const { order } = compiled(CANARY);
  const alias = order.indexOf('ListAliaslive');
  const before = order.slice(0, alias).filter((id) => !id.endsWith('Role') && !id.startsWith('ListVersion'));
  expect(before.toSorted()).toEqual([
    'Errors',
    'Hook',
    'List',
    'ListDeploymentGroup',
    'ServerlessDeploymentApplication',
  ]);
  expect(order.slice(alias + 1)).toEqual([]);
});

test('a resource whose condition does not hold is neither made nor shown', () => {
  const { resources, skipped, conditions, outputs } = compiled(CANARY);
  expect({ has: resources.has('Extra'), skipped, conditions }).toEqual({
    has: false,
    skipped: ['Extra'],
    conditions: { IsProd: false },
  });
  expect(outputs.map((it) => it.key)).toEqual(['Alias']);
  expect(compiled(CANARY, { Stage: 'prod' }).skipped).toEqual([]);
});

test('what is generated has the line of what it comes from', () => {
  const { resources } = compiled(CANARY);
  const lines = ['List', 'ListAliaslive', 'ListDeploymentGroup', 'HookRole', 'Errors'].map(
    (id) => resources.get(id)?.line,
  );
  expect(lines).toEqual([16, 16, 23, 6, 13]);
  expect(lineIn(compiled(CANARY), ['Resources', 'Errors', 'Properties', 'Dimensions', 0])).toBe(15);
});

test('properties are resolved when a resource has its turn', () => {
  const template = compiled(CANARY);
  const version = [...template.resources.keys()].find((id) => id.startsWith('ListVersion')) ?? '';
  const lookup = (id: string) => ({ ref: `${id}!`, attributes: { Version: 3, Arn: `arn:${id}` } });
  const errors = template.resources.get('Errors');
  const alias = template.resources.get('ListAliaslive');
  if (errors === undefined || alias === undefined) throw new Error('the template has both');
  expect(errors.properties).toEqual({
    AlarmName: { 'Fn::Join': ['', ['errors-', { 'Fn::GetAtt': [version, 'Version'] }]] },
  });
  expect(resolveProperties(errors, lookup, template)).toEqual({ AlarmName: 'errors-3' });
  expect(resolveUpdatePolicy(alias, lookup, template)).toEqual({
    CodeDeployLambdaAliasUpdate: {
      ApplicationName: 'ServerlessDeploymentApplication!',
      DeploymentGroupName: 'ListDeploymentGroup!',
      BeforeAllowTrafficHook: 'Hook!',
    },
  });
  expect(resolveOutputs(template, lookup)).toEqual([
    { key: 'Alias', value: 'ListAliaslive!', description: 'where', exportName: 'rides-alias' },
  ]);
});

test('an attribute that a resource does not have is refused with its line', () => {
  const template = compiled(
    'Resources:\n  A: { Type: T }\n  B:\n    Type: T\n    Properties:\n      X: !GetAtt A.Gone\n',
  );
  const resource = template.resources.get('B');
  if (resource === undefined) throw new Error('the template has it');
  expect(() => resolveProperties(resource, () => ({ ref: 'a', attributes: {}, type: 'T' }), template)).toThrow(
    'template.yaml:6: Requested attribute Gone does not exist in schema for T',
  );
});

test('a hook that names the alias closes a circle', () => {
  expect(problemsOf(CANARY.replace('NEW_VERSION: !Ref List.Version', 'ALIAS: !Ref List.Alias'))).toEqual([
    '6: Circular dependency between resources: [Hook, ListAliaslive]',
  ]);
});

test('every reference to nothing is named with its line', () => {
  const text =
    'Resources:\n  A:\n    Type: T\n    DependsOn: Gone\n    Properties:\n      X: !Ref Nowhere\n      Y: !Sub "${Never.Arn}"\nOutputs:\n  O: { Value: !GetAtt Nothing.Arn }\n';
  expect(problemsOf(text)).toEqual([
    '6: Template format error: Unresolved resource dependencies [Nowhere] in the Resources block of the template',
    '7: Template format error: Unresolved resource dependencies [Never] in the Resources block of the template',
    '4: Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template',
    '9: Template format error: Unresolved resource dependencies [Nothing] in the Outputs block of the template',
  ]);
});

test('what is wrong in different parts of a document is said in one error', () => {
  const text =
    'Colour: red\nTransform: AWS::Unknown\nParameters: { P: { Type: String } }\nResources:\n  A: { Type: T, Condition: Never, Colour: red }\n  B: { Properties: {} }\n';
  expect(problemsOf(text)).toEqual([
    '1: Template format error: Invalid template property or properties [Colour]',
    '2: The transform AWS::Unknown is outside the slice that can be rehearsed. See docs/slice.md#transforms.',
    "5: Template format error: Invalid template resource property 'Colour'",
    '5: Template format error: Unresolved condition dependency Never in the Resources block of the template',
    '6: Template format error: [/Resources/B] Every Resources object must contain a Type member.',
    '3: Parameters: [P] must have values',
  ]);
  expect(() => compiled(text)).toThrow(UserError);
});

test('conditions that lead back to themselves are refused', () => {
  const text = 'Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources: { R: { Type: T } }\n';
  expect(problemsOf(text)).toEqual(['3: Template format error: Circular dependency between conditions: [A, B]']);
});

test.each([
  ['and', '!And [!Condition Always, !Equals [1, "1"]]', true],
  ['or', '!Or [!Equals [a, b], !Not [!Condition Always]]', false],
  ['a mapping in a comparison', '!Equals [!FindInMap [M, a, b], c]', true],
  ['a pseudo parameter', '!Equals [!Ref AWS::Region, us-east-1]', true],
])('a condition holds or not: %s', (_, condition, expected) => {
  const text = `Mappings: { M: { a: { b: c } } }\nConditions: { Always: !Equals [a, a], It: ${condition} }\nResources: { R: { Type: T } }\n`;
  expect(compiled(text).conditions['It']).toBe(expected);
});

test('a changed value of a parameter in Environment leaves the version alone, a changed artifact does not', () => {
  const text = (code: string): string =>
    `Transform: AWS::Serverless-2016-10-31\nParameters: { P: { Type: String, Default: a } }\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: { Handler: a.b, Runtime: nodejs24.x, CodeUri: ${code}, AutoPublishAlias: live, Environment: { Variables: { P: !Ref P } } }\n`;
  const version = (template: CompiledTemplate): string | undefined =>
    template.order.find((id) => id.startsWith('FVersion'));
  const first = version(compiled(text('one')));
  expect(version(compiled(text('one'), { P: 'b' }))).toBe(first);
  expect(version(compiled(text('two')))).not.toBe(first);
});

test('a transform that AWS has closed is named and changes nothing', () => {
  const { warnings } = compiled('Transform: [AWS::CodeStar]\nResources: { R: { Type: T } }\n');
  expect(warnings.map((it) => `${it.line}: ${it.message}`)).toEqual([
    '1: The transform AWS::CodeStar went with CodeStar in July 2024. It changes nothing here; on AWS it must be removed.',
  ]);
});

test('what the packaging of code finds wrong is told with the line of CodeUri', () => {
  const text =
    'Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: { Handler: a.b, Runtime: r, CodeUri: gone }\n';
  const input = {
    ...inputFor(text),
    resolveCode: (path: string, line: number | undefined) => {
      throw new UserError([{ message: `There is no folder ${path}.`, ...(line !== undefined && { line }) }]);
    },
  };
  expect(inspectTemplate(input).problems).toEqual([
    { message: 'There is no folder gone.', file: 'template.yaml', line: 5 },
  ]);
});

test('for those who only look, what the deployment alone knows stays open', () => {
  const text =
    'Parameters: { P: { Type: String } }\nResources:\n  R: { Type: T, Properties: { A: !Ref P, B: !ImportValue vpc, C: !Sub "${P}-x" } }\n';
  const { compiled: template, problems } = inspectTemplate({ ...inputFor(text), leavesOpen: true });
  expect(problems).toEqual([]);
  expect(template.resources.get('R')?.properties).toEqual({
    A: { Ref: 'P' },
    B: { 'Fn::ImportValue': 'vpc' },
    C: { 'Fn::Join': ['', [{ Ref: 'P' }, '-x']] },
  });
});
