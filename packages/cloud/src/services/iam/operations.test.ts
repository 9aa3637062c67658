import { expect, test } from '@jest/globals';
import { ROLE_ARN, startIam, TRUST } from './iam.fixture.ts';

const encoded = (document: object) => encodeURIComponent(JSON.stringify(document));
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] };
const ROLE = { RoleName: 'hook' };

test('a role is described as it was made', () => {
  const { call } = startIam();
  expect(call('GetRole', ROLE)).toEqual({
    Role: expect.objectContaining({
      RoleName: 'hook',
      Path: '/',
      Arn: ROLE_ARN,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      AssumeRolePolicyDocument: encoded(TRUST),
      MaxSessionDuration: 3600,
    }),
  });
});

test('a role in a path has it in its ARN', () => {
  const { call } = startIam();
  const made = call('CreateRole', {
    RoleName: 'x',
    Path: '/service-role/',
    AssumeRolePolicyDocument: JSON.stringify(TRUST),
  });
  expect(made).toMatchObject({ Role: { Arn: 'arn:aws:iam::123456789012:role/service-role/x' } });
});

test.each<[string, string, object, string, RegExp]>([
  [
    'a role twice',
    'CreateRole',
    { ...ROLE, AssumeRolePolicyDocument: TRUST },
    'EntityAlreadyExists',
    /Role with name hook already exists\./,
  ],
  [
    'a role without a principal',
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: POLICY },
    'MalformedPolicyDocument',
    /should specify a principal/,
  ],
  [
    'a name with a blank',
    'CreateRole',
    { RoleName: 'a b', AssumeRolePolicyDocument: TRUST },
    'ValidationError',
    /roleName is invalid/,
  ],
  [
    'a permissions boundary that is no policy',
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: TRUST, PermissionsBoundary: 'x' },
    'ValidationError',
    /ARN x is not valid/,
  ],
  [
    'a policy that is not there',
    'GetRolePolicy',
    { ...ROLE, PolicyName: 'none' },
    'NoSuchEntity',
    /role policy with name none cannot be found/,
  ],
  [
    'a detached policy',
    'DetachRolePolicy',
    { ...ROLE, PolicyArn: 'arn:aws:iam::aws:policy/x' },
    'NoSuchEntity',
    /was not found/,
  ],
  [
    'an ARN that is no policy',
    'AttachRolePolicy',
    { ...ROLE, PolicyArn: 'x' },
    'ValidationError',
    /ARN x is not valid/,
  ],
  [
    'an unknown policy',
    'GetPolicy',
    { PolicyArn: 'arn:aws:iam::123456789012:policy/x' },
    'NoSuchEntity',
    /does not exist/,
  ],
])('%s is refused', (_name, operation, input, code, message) => {
  const { call } = startIam();
  expect(() => call(operation, input)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test('inline and attached policies are listed and shown', () => {
  const { call } = startIam();
  call('PutRolePolicy', { ...ROLE, PolicyName: 'p', PolicyDocument: POLICY });
  call('AttachRolePolicy', { ...ROLE, PolicyArn: 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess' });
  expect(call('ListRolePolicies', ROLE)).toEqual({ PolicyNames: ['p'], IsTruncated: false });
  expect(call('GetRolePolicy', { ...ROLE, PolicyName: 'p' })).toEqual({
    ...ROLE,
    PolicyName: 'p',
    PolicyDocument: encoded(POLICY),
  });
  expect(call('ListAttachedRolePolicies', ROLE)).toMatchObject({
    AttachedPolicies: [{ PolicyName: 'AWSXRayDaemonWriteAccess' }],
  });
});

test('a role’s description, session and trust can be changed', () => {
  const { world, call } = startIam();
  const trust = {
    ...TRUST,
    Statement: [{ ...TRUST.Statement[0], Principal: { Service: 'codedeploy.amazonaws.com' } }],
  };
  call('UpdateRole', { ...ROLE, Description: 'd', MaxSessionDuration: 7200 });
  call('UpdateAssumeRolePolicy', { ...ROLE, PolicyDocument: trust });
  expect(world.iam.roles.get('hook')).toMatchObject({
    description: 'd',
    maxSessionDurationSeconds: 7200,
    trustPolicy: trust,
  });
});

test('a managed policy takes a new version, and goes when no role has it', () => {
  const { world, call } = startIam();
  const PolicyArn = 'arn:aws:iam::123456789012:policy/p';
  call('CreatePolicy', { PolicyName: 'p', PolicyDocument: POLICY });
  call('AttachRolePolicy', { ...ROLE, PolicyArn });
  const document = { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
  call('CreatePolicyVersion', { PolicyArn, PolicyDocument: document, SetAsDefault: true });
  expect(world.iam.policies.get(PolicyArn)?.document).toEqual(document);
  expect(call('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { PolicyName: 'p' } });
  expect(() => call('DeletePolicy', { PolicyArn })).toThrow(expect.objectContaining({ code: 'DeleteConflict' }));
  call('DetachRolePolicy', { ...ROLE, PolicyArn });
  call('DeletePolicy', { PolicyArn });
  expect(world.iam.policies.size).toBe(0);
});

test('policies of a role are listed page by page', () => {
  const { call } = startIam();
  for (const PolicyName of ['p', 'q', 'r']) call('PutRolePolicy', { ...ROLE, PolicyName, PolicyDocument: POLICY });
  const first = call('ListRolePolicies', { ...ROLE, MaxItems: 2 });
  expect(first).toMatchObject({ PolicyNames: ['p', 'q'], IsTruncated: true });
  const rest = call('ListRolePolicies', { ...ROLE, MaxItems: 2, Marker: (first as { Marker: string }).Marker });
  expect(rest).toEqual({ PolicyNames: ['r'], IsTruncated: false });
  expect(() => call('ListAttachedRolePolicies', { ...ROLE, Marker: 'x' })).toThrow('Invalid Marker');
});
