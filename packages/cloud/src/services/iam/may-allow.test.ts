import { expect, test } from '@jest/globals';
import { mayAllow, type PolicyDocument } from './index.ts';

const allow = { Effect: 'Allow', Action: 'codedeploy:Put*', Resource: 'arn:aws:codedeploy:*' } as const;
const condition = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };

test.each<[string, PolicyDocument['Statement'], boolean]>([
  ['nothing', [], false],
  ['an allow of the action and the resource', [allow], true],
  ['an allow of another action', [{ ...allow, Action: 'codedeploy:Get*' }], false],
  ['an allow of another resource', [{ ...allow, Resource: 'arn:aws:lambda:*' }], false],
  ['an allow with a condition, which may hold', [{ ...allow, Condition: condition }], true],
  ['a deny', [allow, { ...allow, Effect: 'Deny' }], false],
  ['a deny with a condition, which need not hold', [allow, { ...allow, Effect: 'Deny', Condition: condition }], true],
])('whether policies can allow something at all: %s', (_, statements, expected) => {
  const policy = { Statement: statements };
  const arn = 'arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:app/group';
  expect(mayAllow([policy], 'codedeploy:PutLifecycleEventHookExecutionStatus', arn)).toBe(expected);
});
