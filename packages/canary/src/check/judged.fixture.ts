/** A release that no rule objects to, and ways to change one thing about it. */
import { expect } from '@jest/globals';
import { checkTemplates } from './check-templates.ts';
import type { Finding, Severity } from './finding.ts';
import type { Bundle } from './template/bundle.ts';

export type Json = Readonly<Record<string, unknown>>;

export const VERSION = { 'Fn::GetAtt': ['List', 'Version.Version'] } as const;
export const sub = (text: string) => ({ 'Fn::Sub': text });
export const versioned = (text: string) => ({ 'Fn::Sub': [text, { V: VERSION }] });
export const ref = (name: string) => ({ Ref: name });

export const dimensions = (values: Json): readonly Json[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** FunctionName, Resource and ExecutedVersion as they should be. */
export const NEW_VERSION = dimensions({
  FunctionName: ref('List'),
  Resource: sub('${List}:live'),
  ExecutedVersion: VERSION,
});

export const ALARM: Json = {
  AlarmName: versioned('${AWS::StackName}-${V}-errors'),
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: NEW_VERSION,
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  TreatMissingData: 'notBreaching',
};

export interface Changes {
  /** Over the alarm's properties; a null takes one away. */
  readonly alarm?: Json;
  /** Over the function's properties. */
  readonly list?: Json;
  /** Over its DeploymentPreference. */
  readonly preference?: Json;
  readonly resources?: Json;
  readonly template?: Json;
}

const over = (base: Json, changes: Json = {}): Json =>
  Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== null));

export const alarm = (properties: Json): Json => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: over(ALARM, properties),
});

export function templateOf({ alarm: properties = {}, list, preference, resources, template }: Changes): string {
  const fn: Json = {
    CodeUri: 's3://bucket/key',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 10,
    AutoPublishAlias: 'live',
    DeploymentPreference: over({ Type: 'Canary10Percent5Minutes', Alarms: [ref('Alarm')] }, preference),
  };
  return JSON.stringify({
    Transform: 'AWS::Serverless-2016-10-31',
    ...template,
    Resources: {
      List: { Type: 'AWS::Serverless::Function', Properties: over(fn, list) },
      Alarm: alarm(properties),
      ...resources,
    },
  });
}

/** Code by CodeUri. */
export type Code = Readonly<
  Record<string, { readonly texts: Readonly<Record<string, string>>; readonly isWhole?: boolean }>
>;

export function findingsOf(
  text: string,
  parameters: Readonly<Record<string, string>> = {},
  code: Code = {},
): readonly Finding[] {
  const readBundle = (uri: string): Bundle | undefined => {
    const found = code[uri];
    return found && { texts: new Map(Object.entries(found.texts)), isWhole: found.isWhole ?? true };
  };
  return checkTemplates({ templates: [{ fileName: 'template.yaml', text, readBundle }], parameters }).findings;
}

/** What a rule says about a changed release: its severity and a part of its message, or nothing. */
export type Expected = readonly [severity: Severity, message: string] | undefined;

export function checkRule(rule: string, changes: Changes, expected: Expected, code?: Code): void {
  const findings = findingsOf(templateOf(changes), {}, code).filter((it) => it.rule === rule);
  if (expected === undefined) return expect(findings.map(({ message }) => message)).toEqual([]);
  const [severity, message] = expected;
  expect(findings).toContainEqual(expect.objectContaining({ severity, message: expect.stringContaining(message) }));
}
