import { test } from '@jest/globals';
import { checkRule, dimensions, type Expected, type Json, ref, sub, VERSION } from '../judged.fixture.ts';

const resource = sub('${List}:live');
const name = ref('List');

test.each<[string, Json, Expected]>([
  ['the name alone', { FunctionName: name }, undefined],
  ['name and alias', { FunctionName: name, Resource: resource }, undefined],
  ['name, alias and version', { FunctionName: name, Resource: resource, ExecutedVersion: VERSION }, undefined],
  ['no FunctionName', { Resource: resource, ExecutedVersion: VERSION }, ['error', 'ExecutedVersion + Resource']],
  ['no Resource', { FunctionName: name, ExecutedVersion: VERSION }, ['error', 'ExecutedVersion + FunctionName']],
  ['a Region from a console view', { FunctionName: name, Region: 'eu-west-1' }, ['error', 'FunctionName + Region']],
  ['another spelling', { functionName: name }, ['error', 'functionName']],
])('a set of dimensions has data or has none: %s', (_, values, expected) => {
  checkRule('dimension-set', { alarm: { Dimensions: dimensions(values) } }, expected);
});

test.each<[string, Json, Expected]>([
  ['an API by name and stage', { ApiName: 'api', Stage: 'Prod' }, undefined],
  ['an API by id', { ApiId: 'abc' }, undefined],
  ['a stage alone', { Stage: 'Prod' }, ['error', 'Stage']],
  ['a function', { FunctionName: name }, ['error', 'FunctionName']],
])('an API’s metric has sets of its own: %s', (_, values, expected) => {
  const alarm = { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions(values) };
  checkRule('dimension-set', { alarm }, expected);
});

test.each<[string, Json, Expected]>([
  ['all right', {}, undefined],
  ['an ARN as name', { FunctionName: { 'Fn::GetAtt': ['List', 'Arn'] } }, ['error', 'FunctionName is an ARN']],
  ['a qualifier in the name', { FunctionName: resource }, ['error', 'The qualifier belongs into Resource']],
  ['a forgotten !Ref', { FunctionName: 'List' }, ['error', 'take !Ref List']],
  ['a forgotten !Sub', { Resource: '${List}:live' }, ['error', 'without !Sub']],
  ['an ARN as Resource', { Resource: ref('List.Version') }, ['error', 'Resource is an ARN']],
  ['the alias’s ARN as Resource', { Resource: ref('List.Alias') }, ['error', 'Resource is an ARN']],
  [
    'a version in Resource',
    { Resource: sub('${List}:${List.Version.Version}') },
    ['error', 'Resource names a version'],
  ],
  ['no qualifier in Resource', { Resource: name }, ['error', 'calls without a qualifier']],
  ['another alias', { Resource: sub('${List}:prod') }, ['error', 'names the alias "prod"']],
  ['another name in Resource', { Resource: 'list:live' }, ['error', 'Resource begins with "list"']],
  ['an ARN as version', { ExecutedVersion: ref('List.Version') }, ['error', 'ExecutedVersion is an ARN']],
  ['$LATEST', { ExecutedVersion: '$LATEST' }, ['error', '$LATEST']],
  ['the alias as version', { ExecutedVersion: 'live' }, ['error', 'the number of the version']],
  ['a name from another stack', { FunctionName: { 'Fn::ImportValue': 'name' } }, undefined],
])('the values of a function’s dimensions are exact: %s', (_, values, expected) => {
  const good = { FunctionName: name, Resource: resource, ExecutedVersion: VERSION };
  checkRule('dimension-value', { alarm: { Dimensions: dimensions({ ...good, ...values }) } }, expected);
});

test('an alias’s name may come from a parameter in both places', () => {
  checkRule(
    'dimension-value',
    {
      template: { Parameters: { Alias: { Type: 'String' } } },
      list: { AutoPublishAlias: ref('Alias') },
      alarm: { Dimensions: dimensions({ FunctionName: name, Resource: sub('${List}:${Alias}') }) },
    },
    undefined,
  );
});

test.each<[string, unknown, Expected]>([
  ['the new version', VERSION, undefined],
  ['always the third', '3', ['warning', 'always 3']],
])('a version is the one that is released: %s', (_, version, expected) => {
  const values = { FunctionName: name, Resource: resource, ExecutedVersion: version };
  checkRule('fixed-version', { alarm: { Dimensions: dimensions(values) } }, expected);
});

const OTHER = {
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x' },
};

test.each<[string, string, Expected]>([
  ['its own', 'List', undefined],
  ['another one’s', 'Other', ['warning', 'The alarm watches Other']],
])('a gate watches the function that it guards: %s', (_, watched, expected) => {
  checkRule(
    'other-function',
    { alarm: { Dimensions: dimensions({ FunctionName: ref(watched) }) }, resources: { Other: OTHER } },
    expected,
  );
});

test.each<[string, unknown, Expected]>([
  ['its name', 'the-api', undefined],
  ['its id', ref('Api'), ['error', 'ApiName is !Ref Api']],
  ['a text without !Sub', '${AWS::StackName}', ['error', 'without !Sub']],
])('an API is watched by its name: %s', (_, api, expected) => {
  checkRule(
    'dimension-value',
    {
      alarm: { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Dimensions: dimensions({ ApiName: api }) },
      resources: { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'the-api' } } },
    },
    expected,
  );
});

const api = (values: Json, MetricName = '5XXError'): Json => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: dimensions(values),
});
const Api = { Type: 'AWS::Serverless::Api', Properties: { Name: 'Shop', StageName: 'Prod' } };
const Http = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'http', ProtocolType: 'HTTP' } };

test.each<[string, Json, Expected]>([
  ['name and stage', api({ ApiName: 'Shop', Stage: 'Prod' }), undefined],
  ['the id for the name', api({ ApiName: ref('Api') }), ['error', 'ApiName is !Ref Api']],
  ['the logical id for the name', api({ ApiName: 'Api' }), ['error', 'The API is called "Shop"']],
  ['the name in another case', api({ ApiName: 'shop' }), ['error', 'Case counts']],
  ['the stage in another case', api({ ApiName: 'Shop', Stage: 'prod' }), ['error', 'Stage is "prod"']],
  ['another API', api({ ApiName: 'Elsewhere', Stage: 'v1' }), undefined],
  ['another API’s stage in another case', api({ ApiName: 'Elsewhere', Stage: 'prod' }), undefined],
  ['an HTTP API’s id', api({ ApiId: ref('Http') }, '5xx'), undefined],
  ['an HTTP API’s name for its id', api({ ApiId: 'http' }, '5xx'), ['error', 'has the API’s id: !Ref Http']],
  ['an HTTP API’s logical id', api({ ApiId: 'Http' }, '5xx'), ['error', '!Ref Http']],
])('the values of an API’s dimensions are exact: %s', (_, alarm, expected) => {
  checkRule('dimension-value', { alarm, resources: { Api, Http } }, expected);
});

const named = { list: { FunctionName: 'shop-list' } };

test.each<[string, string, Expected]>([
  ['its own', 'shop-list', undefined],
  ['a misspelt one', 'shop-lits', ['warning', 'watches "shop-lits", which this template does not make']],
  ['one in another case, which is told elsewhere', 'Shop-List', undefined],
])('an alarm watches the function that is released, by a name in text: %s', (_, FunctionName, expected) => {
  checkRule('other-function', { ...named, alarm: { Dimensions: dimensions({ FunctionName }) } }, expected);
});

const MADE_ELSEWHERE = {
  Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3.amazonaws.com/b/k' } },
  Looked: {
    Type: 'Custom::LookUp',
    Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:look' },
  },
};

test.each<[string, unknown]>([
  ['an output of a nested stack', { 'Fn::GetAtt': ['Nested', 'Outputs.Name'] }],
  ['an attribute of a custom resource', { 'Fn::GetAtt': ['Looked', 'Name'] }],
  ['a custom resource', ref('Looked')],
])('nothing is known of a name that is made elsewhere: %s', (_, FunctionName) => {
  const changes = { alarm: { Dimensions: dimensions({ FunctionName }) }, resources: MADE_ELSEWHERE };
  checkRule('other-function', changes, undefined);
  checkRule('dimension-value', changes, undefined);
});
