import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkTemplates } from './check-templates.ts';
import { alarm, findingsOf, type Json, ref, templateOf } from './judged.fixture.ts';
import { readTemplates } from './read-templates.ts';

const INFRA = fileURLToPath(new URL('../../../../infra/template.yaml', import.meta.url));

test('a good release has no findings', () => {
  expect(findingsOf(templateOf({}))).toEqual([]);
});

test('our own template is clean, with and without its bundles', () => {
  const templates = readTemplates([INFRA]);
  const withBundles = checkTemplates({ templates });
  const without = checkTemplates({ templates: templates.map(({ fileName, text }) => ({ fileName, text })) });
  for (const { findings, exitCode } of [withBundles, without]) {
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(exitCode).toBe(0);
  }
});

const YAML = `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: test }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Globals:
  Function:
    Timeout: 3
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference:
        Type: !If [IsProd, Canary10Percent5Minutes, AllAtOnce]
        Alarms:
          - !Ref ErrorsAlarm
  ErrorsAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: errors
      Namespace: AWS/Lambda
      MetricName: Error
      Dimensions:
        - { Name: FunctionName, Value: !Ref List }
        - Name: Resource
          Value: List:live
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 6
      ComparisonOperator: GreaterThanThreshold
      Threshold: 0
`;

/** Rule, line and condition of every finding. */
const told = (text: string, parameters?: Readonly<Record<string, string>>): readonly string[] =>
  findingsOf(text, parameters).map(({ rule, line, when }) =>
    [rule, line, when].filter((it) => it !== undefined).join(' '),
  );

test('a finding stands on its line, errors first, and says in which branch it holds', () => {
  expect(told(YAML)).toEqual([
    'metric-name 27',
    'dimension-value 28',
    'evaluation-outlasts-bake 34 when IsProd holds',
    'shifts-nothing 19 when IsProd does not hold',
    'invisible-crashes 20',
    'alarm-name-survives 25',
    'mixes-versions 28',
  ]);
});

test.each<[string, string, readonly string[]]>([
  ['prod', 'prod', ['evaluation-outlasts-bake 34']],
  ['test', 'test', ['shifts-nothing 19']],
])('conditions follow the parameters that are given: %s', (_, Stage, expected) => {
  const found = told(YAML, { Stage, Elsewhere: 'is not declared here' });
  expect(found.filter((it) => /bake|shifts/.test(it))).toEqual(expected);
});

test('of several templates, what is wrong comes before what is worth knowing', () => {
  const noted = { fileName: 'a.yaml', text: templateOf({ preference: { Type: 'Linear10PercentEvery10Minutes' } }) };
  const wrong = { fileName: 'b.yaml', text: templateOf({ alarm: { MetricName: 'Error' } }) };
  const { findings, templates } = checkTemplates({ templates: [noted, wrong] });
  expect(findings.map(({ severity, file }) => `${severity} ${file}`)).toEqual([
    'error b.yaml',
    'warning b.yaml',
    'note a.yaml',
  ]);
  expect(templates.map((it) => it.findings.length)).toEqual([1, 2]);
});

test.each<[string, readonly string[], string]>([
  [
    'one',
    ['api-errors'],
    'The alarm "api-errors" that guards List is not in this template; alarms.yaml, judged alone, makes it.',
  ],
  [
    'one of two',
    ['api-errors', 'nobody’s'],
    '2 alarms that guard List are not in this template; alarms.yaml, judged alone, makes some of them.',
  ],
  ['none', ['nobody’s'], 'The alarm "nobody’s" that guards List is not in this template.'],
])('an alarm that another of the templates makes is found there: %s', (_, Alarms, message) => {
  const release = { fileName: 'app.yaml', text: templateOf({ preference: { Alarms } }) };
  const alarms = {
    fileName: 'alarms.yaml',
    text: JSON.stringify({ Resources: { Errors: alarm({ AlarmName: 'api-errors', Dimensions: [] }) } }),
  };
  const { findings } = checkTemplates({ templates: [release, alarms] });
  expect(findings.filter(({ rule }) => rule === 'alarm-elsewhere').map((it) => it.message)).toEqual([message]);
});

const ignoring = (entries: string): string =>
  YAML.replace(
    '    Type: AWS::CloudWatch::Alarm\n',
    `    Type: AWS::CloudWatch::Alarm\n    Metadata: { Canary: { Ignore: [${entries}] } }\n`,
  );

test('a finding is silenced with a reason', () => {
  const text = ignoring('{ Rule: metric-name, Reason: A test. }');
  const { templates, findings } = checkTemplates({ templates: [{ fileName: 't.yaml', text }] });
  expect(findings.map(({ rule }) => rule)).not.toContain('metric-name');
  expect(templates[0]?.silenced).toEqual([expect.objectContaining({ rule: 'metric-name', reason: 'A test.' })]);
});

test.each<[string, string, readonly string[]]>([
  ['without a reason', '{ Rule: metric-name }', ['metric-name', 'ignore-without-reason']],
  ['with an empty reason', "{ Rule: metric-name, Reason: ' ' }", ['metric-name', 'ignore-without-reason']],
  ['for nothing', '{ Rule: no-gate, Reason: Why not. }', ['ignore-unused']],
  ['of a rule that there is not', '{ Rule: metric-nam, Reason: Why not. }', ['metric-name', 'ignore-unused']],
  ['of another resource', '{ Rule: shifts-nothing, Reason: Why not. }', ['shifts-nothing', 'ignore-unused']],
])('an ignore %s', (_, entry, present) => {
  expect(findingsOf(ignoring(entry)).map(({ rule }) => rule)).toEqual(expect.arrayContaining([...present]));
});

test('one ignore needs no list, and a misspelt rule is a warning', () => {
  const one = ignoring('{ Rule: metric-name, Reason: A test. }').replace('[{', '{').replace('}]', '}');
  expect(findingsOf(one).map(({ rule }) => rule)).not.toContain('metric-name');
  const misspelt = findingsOf(ignoring('{ Rule: metric-nam, Reason: A test. }'));
  expect(misspelt).toContainEqual(
    expect.objectContaining({
      rule: 'ignore-unused',
      severity: 'warning',
      message: 'There is no rule "metric-nam" to ignore.',
    }),
  );
});

test('the template’s own Metadata silences a rule everywhere', () => {
  const text = `Metadata: { Canary: { Ignore: [{ Rule: alarm-name-survives, Reason: The pipeline waits for OK. }] } }\n${YAML}`;
  expect(findingsOf(text).map(({ rule }) => rule)).not.toContain('alarm-name-survives');
});

test.each<[string, string, number | undefined, 0 | 1]>([
  ['errors', YAML, undefined, 1],
  ['warnings', templateOf({ alarm: { AlarmName: 'x' } }), undefined, 0],
  ['as many warnings as allowed', templateOf({ alarm: { AlarmName: 'x' } }), 1, 0],
  ['more warnings than allowed', templateOf({ alarm: { AlarmName: 'x' } }), 0, 1],
  ['notes', templateOf({ preference: { Type: 'Linear10PercentEvery10Minutes' } }), 0, 0],
  ['nothing', templateOf({}), 0, 0],
])('the exit code says whether a person has to look: %s', (_, text, maxWarnings, exitCode) => {
  const templates = [{ fileName: 't.yaml', text }];
  expect(checkTemplates({ templates, ...(maxWarnings !== undefined && { maxWarnings }) }).exitCode).toBe(exitCode);
});

test('a plain CloudFormation template is judged like a serverless one', () => {
  const text = `
Resources:
  List: { Type: AWS::Lambda::Function, Properties: { Code: { S3Bucket: b, S3Key: k }, Handler: a.b, Runtime: nodejs24.x, Role: 'arn:aws:iam::123456789012:role/r' } }
  Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref List } }
  Alias:
    Type: AWS::Lambda::Alias
    Properties: { Name: live, FunctionName: !Ref List, FunctionVersion: !GetAtt Version.Version }
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: !Ref App, DeploymentGroupName: !Ref Group } }
  App: { Type: AWS::CodeDeploy::Application, Properties: { ComputePlatform: Lambda } }
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      DeploymentConfigName: CodeDeployDefault.LambdaCanary10Percent5Minutes
      ServiceRoleArn: arn:aws:iam::123456789012:role/r
`;
  expect(told(text)).toEqual(['no-gate 12', 'version-made-once 4', 'no-auto-rollback 12']);
});

test('more combinations than are judged are said to be there', () => {
  const names = Array.from({ length: 6 }, (_, i) => `P${i}`);
  const text = [
    `Parameters: { ${names.map((name) => `${name}: { Type: String, Default: 'off!' }`).join(', ')} }`,
    `Conditions: { ${names.map((name) => `C${name}: !Equals [!Ref ${name}, 'on!']`).join(', ')} }`,
    `Resources: { ${names.map((name) => `A${name}: { Type: AWS::CloudWatch::Alarm, Condition: C${name} }`).join(', ')} }`,
  ].join('\n');
  expect(told(text)).toContain('branches-capped 2');
  expect(told(text, Object.fromEntries(names.map((name) => [name, 'on!'])))).toEqual([]);
});

const BROKEN: readonly [string, string][] = [
  ['nothing', ''],
  ['no map', '- a\n- b'],
  ['no resources', 'Description: x'],
  ['broken YAML', 'Resources: { A: [ }'],
  ['an unknown tag', 'Resources: { A: !Nonsense x }'],
  ['a loop of resources', 'Resources: { A: Fn::ForEach::X }'],
  ['serverless resources without the transform', 'Resources: { A: { Type: AWS::Serverless::Function } }'],
  ['an alias around itself', 'A: &a { B: *a }\nResources: *a'],
];

test.each(BROKEN)('a template that is none is a finding: %s', (_, text) => {
  expect(findingsOf(text).map(({ rule }) => rule)).toContain('template-refused');
});

/** Every place of a document, as a path. */
function places(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((it, i) => [i, it] as const) : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => places(item, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === key ? replaceAt(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(value as Json).map(([name, item]) => [name, name === key ? replaceAt(item, rest, by) : item]),
  );
}

test('no template makes it fail, whatever stands where', () => {
  const whole: unknown = JSON.parse(templateOf({ preference: { Hooks: { PreTraffic: ref('Hook') } } }));
  const anything = fc.oneof(
    fc.constantFrom<unknown>(
      '',
      0,
      -1,
      true,
      [],
      {},
      'x:y',
      '${A}',
      { Ref: 'AWS::NoValue' },
      ref('Alarm'),
      { 'Fn::If': ['No', 1, 2] },
      { 'Fn::GetAtt': 'List.Arn' },
    ),
    fc.json().map((it): unknown => JSON.parse(it)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places(whole)), anything, (path, value) => {
      expect(() => findingsOf(JSON.stringify(replaceAt(whole, path, value)))).not.toThrow();
    }),
    { numRuns: 100 },
  );
});
