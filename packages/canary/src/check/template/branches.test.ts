import { expect, test } from '@jest/globals';
import { parseTemplate } from '@unicorns/cloud/inspect';
import { branchesOf, MOST_BRANCHES } from './branches.ts';

const ALARM = (threshold: string): string =>
  `Resources: { Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { Threshold: ${threshold} } } }`;

/** Each branch as the conditions that hold in it, and the values that lead there. */
const branches = (text: string, given: Readonly<Record<string, string>> = {}): readonly string[] => {
  const { choices } = branchesOf(parseTemplate(text, 't.yaml').body, given);
  return choices.map(({ conditions, changed }) => {
    const holding = Object.keys(conditions).filter((name) => conditions[name]);
    const values = Object.entries(changed).map(([name, value]) => `${name}=${value}`);
    return [holding.join('+') || 'none', ...values].join(' ');
  });
};

const ENVIRONMENT = 'Parameters: { Env: { Type: String, Default: dev } }';
const IS_PROD = `Conditions: { IsProd: !Equals [!Ref Env, prod] }`;

test.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
  ['no conditions', ALARM('1'), {}, ['none']],
  [
    'one, by default and otherwise',
    [ENVIRONMENT, IS_PROD, ALARM('!If [IsProd, 1, 2]')].join('\n'),
    {},
    ['none', 'IsProd Env=prod'],
  ],
  ['one, given', [ENVIRONMENT, IS_PROD, ALARM('!If [IsProd, 1, 2]')].join('\n'), { Env: 'prod' }, ['IsProd']],
  [
    'one that no gate asks',
    [ENVIRONMENT, IS_PROD, ALARM('1'), 'Outputs: { O: { Condition: IsProd, Value: x } }'].join('\n'),
    {},
    ['none'],
  ],
  [
    'allowed values alone',
    ['Parameters: { Env: { Type: String, AllowedValues: [dev, test] } }', IS_PROD, ALARM('!If [IsProd, 1, 2]')].join(
      '\n',
    ),
    {},
    ['none'],
  ],
  [
    'a mapping’s keys',
    [
      ENVIRONMENT,
      'Mappings: { Flags: { dev: { State: no-alarms }, prod: { State: alarms } } }',
      'Conditions: { HasAlarms: !Equals [!FindInMap [Flags, !Ref Env, State], alarms] }',
      ALARM('!If [HasAlarms, 1, 2]'),
    ].join('\n'),
    {},
    ['none', 'HasAlarms Env=prod'],
  ],
  [
    'two that cannot hold together',
    [
      ENVIRONMENT,
      `Conditions: { IsProd: !Equals [!Ref Env, prod], IsTest: !Equals [!Ref Env, test] }`,
      ALARM('!If [IsProd, 1, !If [IsTest, 2, 3]]'),
    ].join('\n'),
    {},
    ['none', 'IsProd Env=prod', 'IsTest Env=test'],
  ],
  [
    'the stack’s name',
    ['Conditions: { IsMain: !Equals [!Ref AWS::StackName, main] }', ALARM('!If [IsMain, 1, 2]')].join('\n'),
    {},
    ['none', 'IsMain AWS::StackName=main'],
  ],
  [
    'the Region',
    ['Conditions: { IsMain: !Equals [!Ref AWS::Region, us-east-1] }', ALARM('!If [IsMain, 1, 2]')].join('\n'),
    {},
    ['none', 'IsMain AWS::Region=us-east-1'],
  ],
  [
    'what a mapping gives, each once',
    [
      'Parameters: { Env: { Type: String, Default: dev } }',
      'Mappings: { Limits: { dev: { Errors: 5 }, test: { Errors: 5 }, prod: { Errors: 0 } } }',
      ALARM('!FindInMap [Limits, !Ref Env, Errors]'),
    ].join('\n'),
    {},
    ['none', 'none Env=prod'],
  ],
  [
    'a column of a mapping',
    [
      'Parameters: { Env: { Type: String, Default: dev } }',
      'Mappings: { Limits: { Errors: { dev: 5, prod: 0 } } }',
      ALARM('!FindInMap [Limits, Errors, !Ref Env]'),
    ].join('\n'),
    {},
    ['none', 'none Env=prod'],
  ],
  [
    'the Regions that a mapping knows, and no other',
    [
      'Mappings: { Limits: { us-east-1: { Errors: 5 }, us-west-2: { Errors: 0 } } }',
      ALARM('!FindInMap [Limits, !Ref AWS::Region, Errors]'),
    ].join('\n'),
    {},
    ['none', 'none AWS::Region=us-west-2'],
  ],
  [
    'a preference that a parameter switches',
    'Parameters: { Shift: { Type: String, Default: "false" } }\n' +
      'Globals: { Function: { DeploymentPreference: { Enabled: !Ref Shift } } }\nResources: {}',
    {},
    ['none', 'none Shift=true'],
  ],
  [
    'a configuration of those allowed',
    'Parameters: { How: { Type: String, AllowedValues: [AllAtOnce, Canary10Percent5Minutes] } }\n' +
      'Globals: { Function: { DeploymentPreference: { Type: !Ref How } } }\nResources: {}',
    {},
    ['none', 'none How=Canary10Percent5Minutes'],
  ],
  [
    'a configuration that is given',
    'Parameters: { How: { Type: String, AllowedValues: [AllAtOnce, Canary10Percent5Minutes] } }\n' +
      'Globals: { Function: { DeploymentPreference: { Type: !Ref How } } }\nResources: {}',
    { How: 'Canary10Percent5Minutes' },
    ['none'],
  ],
])('branches are the sets of conditions that can hold: %s', (_, text, given, expected) => {
  expect(branches(text, given)).toEqual(expected);
});

test('a parameter that names the configuration shifts in its other branch', () => {
  const text = `
Parameters: { Type: { Type: String, Default: AllAtOnce } }
Conditions: { Shifts: !Not [!Equals [!Ref Type, AllAtOnce]] }
Globals: { Function: { DeploymentPreference: { Type: !Ref Type, Enabled: true } } }
${ALARM('!If [Shifts, 1, 2]')}`;
  expect(branches(text)).toEqual(['none', 'Shifts Type=Canary10Percent5Minutes']);
});

test('more combinations than can be judged are cut off, those nearest to the defaults first', () => {
  const names = Array.from({ length: 8 }, (_, i) => `P${i}`);
  const text = [
    `Parameters: { ${names.map((name) => `${name}: { Type: String, Default: 'off!' }`).join(', ')} }`,
    `Conditions: { ${names.map((name) => `C${name}: !Equals [!Ref ${name}, 'on!']`).join(', ')} }`,
    `Resources: { ${names.map((name) => `A${name}: { Type: AWS::CloudWatch::Alarm, Condition: C${name} }`).join(', ')} }`,
  ].join('\n');
  const { choices, isCapped } = branchesOf(parseTemplate(text, 't.yaml').body, {});
  expect(isCapped).toBe(true);
  expect(choices).toHaveLength(MOST_BRANCHES);
  expect(choices.slice(0, 9).every(({ changed }) => Object.keys(changed).length <= 1)).toBe(true);
});
