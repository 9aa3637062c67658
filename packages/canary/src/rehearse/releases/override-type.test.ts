import { expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { findCanaryFunctions } from './canary-functions.ts';
import { overrideType } from './override-type.ts';

const template = (text: string) => ({ fileName: 'template.yaml', text });

const own = `Globals:
  Function: { Handler: index.handler }
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../dist/list
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes # five
  Hook:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: hook, AutoPublishAlias: live, DeploymentPreference: { Enabled: false } }
  Plain:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: plain }
`;

test('functions with an alias and a preference are released by canary; hooks and plain ones are not', () => {
  expect(findCanaryFunctions(template(own))).toMatchObject([
    { logicalId: 'List', line: 4, codePath: '../dist/list', handler: 'index.handler' },
  ]);
});

const pathOf = (code: string) => {
  const text = `Resources:
  List:
    Type: AWS::Serverless::Function
    Properties: { Handler: a.b, AutoPublishAlias: live, DeploymentPreference: { Type: AllAtOnce }${code} }
`;
  return findCanaryFunctions(template(text))[0]?.codePath;
};

test('without CodeUri the code lies beside the template, as sam package has it; inline code has no place', () => {
  expect(pathOf('')).toBe('.');
  expect(pathOf(', InlineCode: x')).toBeUndefined();
  expect(pathOf(', PackageType: Image, ImageUri: x')).toBeUndefined();
  expect(pathOf(', CodeUri: !Ref Code')).toBeUndefined();
  expect(pathOf(', CodeUri: { Bucket: b, Key: k }')).toBeUndefined();
});

test('a configuration in the text is exchanged where it stands', () => {
  const changed = overrideType({ template: template(own), parameters: {} }, 'AllAtOnce');
  expect(changed.template.text).toBe(own.replace('Canary10Percent5Minutes', 'AllAtOnce'));
});

test('one that refers to a parameter sets the parameter, beside others', () => {
  const text = `Parameters: { DeploymentType: { Type: String } }\n${own.replace('Canary10Percent5Minutes', '!Ref DeploymentType')}`;
  expect(overrideType({ template: template(text), parameters: { A: '1' } }, 'AllAtOnce')).toEqual({
    template: template(text),
    parameters: { A: '1', DeploymentType: 'AllAtOnce' },
  });
});

test.each([
  ['!Ref DeploymentType', '!Ref DeploymentType'],
  ['Ref in full', '{ "Ref": "DeploymentType" }'],
  ['Ref in full, on a line of its own', '\n          Ref: DeploymentType'],
])('%s of a parameter sets it, and of a resource it is exchanged', (_, written) => {
  const reference = own.replace('Canary10Percent5Minutes # five', written);
  const parameter = `Parameters: { DeploymentType: { Type: String } }\n${reference}`;
  expect(overrideType({ template: template(parameter), parameters: {} }, 'AllAtOnce')).toEqual({
    template: template(parameter),
    parameters: { DeploymentType: 'AllAtOnce' },
  });
  const resource = `${reference}  DeploymentType: { Type: AWS::CodeDeploy::DeploymentConfig }\n`;
  const { template: changed, parameters } = overrideType({ template: template(resource), parameters: {} }, 'AllAtOnce');
  expect(parameters).toEqual({});
  expect(parseDocument(changed.text).toJS()).toEqual(parseDocument(resource.replace(written, ' AllAtOnce')).toJS());
  expect(changed.text.split('\n')).toHaveLength(resource.split('\n').length);
});

test('one in Globals serves every function and is exchanged once', () => {
  const text = `Globals:
  Function: { AutoPublishAlias: live, DeploymentPreference: { Type: AllAtOnce } }
Resources:
  A: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a } }
  B: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: b } }
`;
  const changed = overrideType({ template: template(text), parameters: {} }, 'Linear10PercentEvery1Minute');
  expect(changed.template.text).toBe(text.replace('AllAtOnce', 'Linear10PercentEvery1Minute'));
});

test('a template without a configuration is refused', () => {
  const none = template('Resources: {}\n');
  expect(() => overrideType({ template: none, parameters: {} }, 'AllAtOnce')).toThrow(
    'No function has a DeploymentPreference',
  );
});

test.each([
  ['!Sub', '!Sub "${A}"'],
  ['!If', '!If [A, B, C]'],
  ['!If', '{ Fn::If: [A, B, C] }'],
])('a computed configuration is refused: %s', (tag, written) => {
  const computed = template(own.replace('Canary10Percent5Minutes', written));
  expect(() => overrideType({ template: computed, parameters: {} }, 'AllAtOnce')).toThrow(
    `is an intrinsic function (${tag}); set its parameters`,
  );
});

test.each([
  ['one of the nine', own, 'Linear10PercentEvery3Minutes'],
  ['one of the nine by its full name', own, 'CodeDeployDefault.LambdaAllAtOnce'],
  ['one that the template makes', `${own}  Mine: { Type: AWS::CodeDeploy::DeploymentConfig }\n`, 'mine'],
])('a configuration that is there is taken: %s', (_name, text, type) => {
  const { template: changed } = overrideType({ template: template(text), parameters: {} }, type);
  expect(changed.text).toContain(`Type: ${type}`);
});

test('a configuration that nothing has is refused, with the names of AWS’s own', () => {
  expect(() => overrideType({ template: template(own), parameters: {} }, 'Canary5Percent1Minute')).toThrow(
    'There is no traffic shifting configuration "Canary5Percent1Minute". Those of AWS are AllAtOnce, ',
  );
});
