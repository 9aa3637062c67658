import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud, packageFiles } from '@unicorns/cloud';
import { refuseEndless, refuseUnrunnable } from './refuse-unrunnable.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});
afterAll(() => cloud.close());

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { CodeUri: app, Handler: index.handler } }
Resources:
  Released:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: java21
      AutoPublishAlias: live
      DeploymentPreference:
        Type: AllAtOnce
        Hooks: { PreTraffic: !Ref Before, PostTraffic: !Ref After }
  Before: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs24.x } }
  After: { Type: AWS::Serverless::Function, Properties: { Runtime: python3.13 } }
  Beside: { Type: AWS::Serverless::Function, Properties: { Runtime: ruby3.4 } }
`;

const compile = (template: string) =>
  cloud.compile({ stackName: 'shop', template, fileName: 'template.yaml', packageCode: () => packageFiles(new Map()) });

test('what is released, and its hooks, have to be of Node; what stands beside may be of anything', () => {
  expect(() => refuseUnrunnable(compile(TEMPLATE))).toThrow(
    /^template\.yaml:5: The function "Released" runs on java21, .*\ntemplate\.yaml:14: The function "After" runs on python3\.13, .*runtimes\.$/,
  );
  expect(() =>
    refuseUnrunnable(compile(TEMPLATE.replace('java21', 'nodejs8.10').replace('python3.13', 'nodejs22.x'))),
  ).not.toThrow();
});

test('more requests than API Gateway takes are not rehearsed', () => {
  expect(() => refuseEndless(600_000)).not.toThrow();
  expect(() => refuseEndless(600_001)).toThrow(
    /600,000 a minute at most, .* and not 600,001\. `canary plan` counts with any/,
  );
});
