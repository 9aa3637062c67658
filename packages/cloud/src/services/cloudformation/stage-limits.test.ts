/** MethodSettings of a stage, from a template to what the stage holds. */
import { expect, test } from '@jest/globals';
import { StackCloud } from './stack-cloud.fixture.ts';

const template = (settings: string): string => `
Transform: AWS::Serverless-2016-10-31
Globals: { Api: { OpenApiVersion: 3.0.1${settings === '' ? '' : `, MethodSettings: ${settings}`} } }
Parameters: { Rate: { Type: Number, Default: 50 } }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: one
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        Root: { Type: Api, Properties: { Path: /, Method: get } }
        One: { Type: Api, Properties: { Path: '/unicorns/{id}', Method: get } }
`;

test('limits of a template hold by method, follow a parameter, and go with the template', () => {
  const cloud = new StackCloud();
  const limits = () => [...cloud.world.apigateway.apis.values()][0]?.stages['Prod']?.limits;
  const all = "{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: !Ref Rate, ThrottlingBurstLimit: 5 }";
  const own = "{ HttpMethod: GET, ResourcePath: '/~1unicorns~1{id}', ThrottlingRateLimit: 1.5 }";
  const root = '{ HttpMethod: GET, ResourcePath: /, ThrottlingBurstLimit: 2 }';
  expect(cloud.deploy(template(`[${all}, ${own}, ${root}]`))).toBe('CREATE_COMPLETE');
  const rest = { 'GET /unicorns/{id}': { ratePerSecond: 1.5 }, 'GET /': { burst: 2 } };
  expect(limits()).toEqual({ '*': { ratePerSecond: 50, burst: 5 }, ...rest });
  expect(cloud.deploy(template(`[${all}, ${own}, ${root}]`), { Rate: '60' })).toBe('UPDATE_COMPLETE');
  expect(limits()).toEqual({ '*': { ratePerSecond: 60, burst: 5 }, ...rest });
  expect(cloud.deploy(template(`[${own}]`))).toBe('UPDATE_COMPLETE');
  expect(limits()).toEqual({ 'GET /unicorns/{id}': { ratePerSecond: 1.5 } });
  expect(cloud.deploy(template(''))).toBe('UPDATE_COMPLETE');
  expect(limits()).toBeUndefined();
});

test('a stage of an HTTP API takes the limits of its routes', () => {
  const cloud = new StackCloud();
  const settings =
    'DefaultRouteSettings: { ThrottlingBurstLimit: 9 }, RouteSettings: { "GET /": { ThrottlingRateLimit: 2 } }';
  const api = template('')
    .replace('Api:', `HttpApi: { ${settings} }, Unused:`)
    .replaceAll('Type: Api', 'Type: HttpApi');
  expect(cloud.deploy(api.replace(/, Unused: \{.*?\} \}/, ' }'))).toBe('CREATE_COMPLETE');
  expect([...cloud.world.apigateway.apis.values()][0]?.stages['$default']?.limits).toEqual({
    '*': { burst: 9 },
    'GET /': { ratePerSecond: 2 },
  });
});
