import { expect, test } from '@jest/globals';
import { hooksIn } from './read-hooks.ts';

const IDS = new Map([
  ['Fn', 'shop-Fn-1'],
  ['Pre', 'CodeDeployHook_pre'],
]);

function checkHooks(template: string, expected: Readonly<Record<string, string>>): void {
  expect(hooksIn(template, IDS, 'shop-Fn-1', 'live')).toEqual(expected);
}

const aliasWith = (update: object, alias = 'live'): string =>
  JSON.stringify({
    Resources: {
      Other: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Other' }, Name: 'live' } },
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Fn' }, Name: alias },
        UpdatePolicy: { CodeDeployLambdaAliasUpdate: update },
      },
    },
  });

test('hooks are named by Ref or by their own names', () => {
  checkHooks(aliasWith({ BeforeAllowTrafficHook: { Ref: 'Pre' }, AfterAllowTrafficHook: 'CodeDeployHook_post' }), {
    BeforeAllowTraffic: 'CodeDeployHook_pre',
    AfterAllowTraffic: 'CodeDeployHook_post',
  });
});

test('a template in YAML is read too', () => {
  const yaml = `
Resources:
  Alias:
    Type: AWS::Lambda::Alias
    Properties: { FunctionName: !Ref Fn, Name: live, Description: !Sub 'of \${Fn}' }
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: !Ref Pre } }
`;
  checkHooks(yaml, { BeforeAllowTraffic: 'CodeDeployHook_pre' });
});

test.each([
  ['another alias of the function', aliasWith({ BeforeAllowTrafficHook: { Ref: 'Pre' } }, 'beta')],
  ['an alias without hooks', aliasWith({})],
  ['a hook that another function names', aliasWith({ BeforeAllowTrafficHook: { 'Fn::ImportValue': 'hook' } })],
  ['no template', ''],
  ['garbage', '{"Resources": ['],
])('%s has no hook that is known', (_, template) => {
  checkHooks(template, {});
});
