import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROOT } from '../../contract.ts';
import { ROLE_ARN, startIam } from './iam.fixture.ts';
import { Instant } from '../../instant.ts';
import { adoptExternalRole, authorize, refusesTrust, service, trusts } from './index.ts';
import { compileWildcard } from './wildcard.ts';

const HOOK = { type: 'role', roleArn: ROLE_ARN, sessionName: 'CodeDeployHook_pre' } as const;
const GROUP = 'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:app/list';
const REPORT = 'codedeploy:PutLifecycleEventHookExecutionStatus';

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: REPORT, Resource: GROUP, ...more });

/** Is the hook allowed to report, under these statements of its one inline policy? */
function checkAuthorized(statements: readonly object[], expected: boolean, action = REPORT, resource = GROUP) {
  const { world, call } = startIam();
  call('PutRolePolicy', {
    RoleName: 'hook',
    PolicyName: 'p',
    PolicyDocument: { Version: '2012-10-17', Statement: statements },
  });
  expect(authorize(world, HOOK, action, resource).allowed).toBe(expected);
}

test.each<[string, object[], boolean]>([
  ['no statement', [], false],
  ['an exact statement', [allow()], true],
  ['another action', [allow({ Action: 'codedeploy:StopDeployment' })], false],
  ['an action in other letters', [allow({ Action: 'CodeDeploy:putlifecycleeventhookexecutionstatus' })], true],
  ['an action by wildcard', [allow({ Action: ['logs:*', 'codedeploy:Put*'] })], true],
  ['a resource by wildcard', [allow({ Resource: 'arn:aws:codedeploy:*:*:deploymentgroup:app/*' })], true],
  ['a resource in other letters', [allow({ Resource: GROUP.toUpperCase().replace('ARN', 'arn') })], false],
  ['a question mark for one character', [allow({ Resource: GROUP.replace('list', 'lis?') })], true],
  ['a question mark for none', [allow({ Resource: `${GROUP}?` })], false],
  ['everything but another action', [allow({ Action: undefined, NotAction: 'iam:*' })], true],
  ['everything but this action', [allow({ Action: undefined, NotAction: 'codedeploy:*' })], false],
  ['every resource but another', [allow({ Resource: undefined, NotResource: 'arn:aws:s3:::x' })], true],
  ['an explicit deny beside an allow', [allow(), { Effect: 'Deny', Action: '*', Resource: '*' }], false],
  ['a deny of something else', [allow(), { Effect: 'Deny', Action: 's3:*', Resource: '*' }], true],
  [
    'a condition that holds',
    [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } } })],
    true,
  ],
  [
    'a condition that does not hold',
    [allow({ Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } } })],
    false,
  ],
  ['a boolean condition', [allow({ Condition: { Bool: { 'aws:SecureTransport': true } } })], true],
  ['an ARN condition', [allow({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/h*' } } })], true],
  [
    'a condition on a key that is not known',
    [allow({ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } })],
    false,
  ],
  [
    'a deny for insecure transport',
    [allow(), { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    true,
  ],
  ['a policy variable', [allow({ Resource: 'arn:aws:codedeploy:*:*:*${aws:username}' })], false],
])('under %s', (_name, statements, allowed) => {
  checkAuthorized(statements, allowed);
});

test('a refusal reads as on AWS', () => {
  const { world, call } = startIam();
  const who = 'User: arn:aws:sts::123456789012:assumed-role/hook/CodeDeployHook_pre is not authorized to perform:';
  expect(authorize(world, HOOK, REPORT, GROUP)).toEqual({
    allowed: false,
    message: `${who} ${REPORT} on resource: ${GROUP} because no identity-based policy allows the ${REPORT} action`,
  });
  call('PutRolePolicy', {
    RoleName: 'hook',
    PolicyName: 'p',
    PolicyDocument: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
  });
  expect(authorize(world, HOOK, REPORT, GROUP)).toEqual({
    allowed: false,
    message: `${who} ${REPORT} on resource: ${GROUP} with an explicit deny in an identity-based policy`,
  });
});

test('the owner of the account may do anything, a role that does not exist nothing', () => {
  const { world } = startIam();
  expect(authorize(world, ROOT, REPORT, GROUP).allowed).toBe(true);
  expect(authorize(world, { ...HOOK, roleArn: `${ROLE_ARN}-gone` }, REPORT, GROUP).allowed).toBe(false);
});

const CODE_DEPLOY_ROLE = 'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda';
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:';

test.each<[string, string, string, string, boolean]>([
  [
    'CodeDeploy invokes a hook of the right name',
    CODE_DEPLOY_ROLE,
    'lambda:InvokeFunction',
    `${FUNCTION}CodeDeployHook_pre`,
    true,
  ],
  [
    'CodeDeploy may not invoke any other function',
    CODE_DEPLOY_ROLE,
    'lambda:InvokeFunction',
    `${FUNCTION}pre-traffic`,
    false,
  ],
  ['CodeDeploy moves aliases', CODE_DEPLOY_ROLE, 'lambda:UpdateAlias', `${FUNCTION}list`, true],
  ['CodeDeploy publishes notices', CODE_DEPLOY_ROLE, 'sns:Publish', 'arn:aws:sns:us-east-1:123456789012:t', true],
  [
    'the limited role does not',
    `${CODE_DEPLOY_ROLE}Limited`,
    'sns:Publish',
    'arn:aws:sns:us-east-1:123456789012:t',
    false,
  ],
  [
    'a function writes its log',
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    'logs:PutLogEvents',
    'arn:aws:logs:us-east-1:1:log-group:g:log-stream:s',
    true,
  ],
  [
    'a function with that alone invokes nothing',
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    'lambda:InvokeFunction',
    `${FUNCTION}x`,
    false,
  ],
])('by a managed policy %s', (_name, policyArn, action, resource, allowed) => {
  const { world, call } = startIam();
  call('AttachRolePolicy', { RoleName: 'hook', PolicyArn: policyArn });
  expect(authorize(world, HOOK, action, resource).allowed).toBe(allowed);
});

test('what cannot be evaluated is told once, and grants nothing', () => {
  const { world, call, findings } = startIam();
  const PolicyDocument = {
    Statement: [
      allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      allow({ Resource: 'arn:aws:s3:::${aws:username}' }),
    ],
  };
  call('PutRolePolicy', { RoleName: 'hook', PolicyName: 'p', PolicyDocument });
  call('PutRolePolicy', { RoleName: 'hook', PolicyName: 'p', PolicyDocument });
  call('AttachRolePolicy', { RoleName: 'hook', PolicyArn: 'arn:aws:iam::aws:policy/SomethingNew' });
  expect(findings.map(({ rule }) => rule)).toEqual(['unknown-condition', 'policy-variable', 'unknown-managed-policy']);
  expect(authorize(world, HOOK, REPORT, GROUP).allowed).toBe(false);
});

test('a role trusts the services of its trust policy', () => {
  const { world } = startIam();
  expect(trusts(world, ROLE_ARN, 'lambda')).toBe(true);
  expect(trusts(world, ROLE_ARN, 'codedeploy')).toBe(false);
});

test.each<[string, object, boolean]>([
  ['the service', { Principal: { Service: ['codedeploy.amazonaws.com', 'ec2.amazonaws.com'] } }, true],
  ['the service in this region', { Principal: { Service: 'codedeploy.us-east-1.amazonaws.com' } }, true],
  ['the service in another region', { Principal: { Service: 'codedeploy.eu-west-1.amazonaws.com' } }, false],
  ['another service', { Principal: { Service: 'lambda.amazonaws.com' } }, false],
  ['an account', { Principal: { AWS: '123456789012' } }, false],
  ['everyone', { Principal: '*' }, true],
  [
    'the service, to do something else',
    { Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:TagSession' },
    false,
  ],
  ['nobody', { Effect: 'Deny', Principal: { Service: 'codedeploy.amazonaws.com' } }, false],
])('CodeDeploy may assume a role that trusts %s: %p', (_whom, statement, expected) => {
  const { world, call } = startIam();
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  call('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument });
  const arn = 'arn:aws:iam::123456789012:role/other';
  expect([trusts(world, arn, 'codedeploy'), refusesTrust(world, arn, 'codedeploy')]).toEqual([expected, !expected]);
  expect(refusesTrust(world, 'arn:aws:iam::123456789012:role/unknown', 'codedeploy')).toBe(false);
});

test.each<[string, unknown, string]>([
  ['text that is no JSON', '{', 'This policy contains invalid Json'],
  ['no effect', { Statement: [{ Action: '*', Resource: '*' }] }, 'Syntax errors in policy.'],
  ['no action', { Statement: [{ Effect: 'Allow', Resource: '*' }] }, 'Policy statement must contain actions.'],
  ['no resource', { Statement: [{ Effect: 'Allow', Action: '*' }] }, 'Policy statement must contain resources.'],
  [
    'a resource that is no ARN',
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: 'list' }] },
    'Resource list must be in ARN format or "*".',
  ],
  [
    'a principal',
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }] },
    'Policy document should not specify a principal.',
  ],
])('a policy with %s is malformed', (_name, PolicyDocument, message) => {
  const { call } = startIam();
  expect(() => call('PutRolePolicy', { RoleName: 'hook', PolicyName: 'p', PolicyDocument })).toThrow(
    expect.objectContaining({ code: 'MalformedPolicyDocument', message }),
  );
});

test('a role goes only when its policies are gone', () => {
  const { world, call } = startIam();
  call('PutRolePolicy', {
    RoleName: 'hook',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Statement: [allow()] }),
  });
  call('AttachRolePolicy', { RoleName: 'hook', PolicyArn: CODE_DEPLOY_ROLE });
  expect(() => call('DeleteRole', { RoleName: 'hook' })).toThrow('must detach all policies first');
  call('DetachRolePolicy', { RoleName: 'hook', PolicyArn: CODE_DEPLOY_ROLE });
  expect(() => call('DeleteRole', { RoleName: 'hook' })).toThrow('must delete policies first');
  call('DeleteRolePolicy', { RoleName: 'hook', PolicyName: 'p' });
  call('DeleteRole', { RoleName: 'hook' });
  expect(world.iam.roles.size).toBe(0);
  expect(() => call('GetRole', { RoleName: 'hook' })).toThrow(expect.objectContaining({ code: 'NoSuchEntity' }));
});

test('a customer managed policy grants as an inline one does', () => {
  const { world, call } = startIam();
  const PolicyArn = 'arn:aws:iam::123456789012:policy/report';
  expect(() => call('AttachRolePolicy', { RoleName: 'hook', PolicyArn })).toThrow(
    'does not exist or is not attachable',
  );
  call('CreatePolicy', { PolicyName: 'report', PolicyDocument: { Statement: [allow()] } });
  call('AttachRolePolicy', { RoleName: 'hook', PolicyArn });
  expect(authorize(world, HOOK, REPORT, GROUP).allowed).toBe(true);
});

test('a pattern with a star matches every text with its parts in order', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), fc.string(), (parts, filler) => {
      const plain = parts.map((part) => part.replaceAll(/[*?]/g, ''));
      expect(compileWildcard(plain.join('*'))(plain.join(filler))).toBe(true);
    }),
  );
});

test('a role from outside is taken to hold what its use needs, and told once', () => {
  const { world } = startIam();
  const roleArn = 'arn:aws:iam::123456789012:role/given/deployer';
  const effects = adoptExternalRole(world, roleArn, 'codedeploy', Instant(0));
  expect(effects.map((each) => each.type)).toEqual(['iam.RolePut', 'iam.FindingNoticed']);
  for (const effect of effects) service.apply(world, effect as never, Instant(0));
  const as = { type: 'role', roleArn, sessionName: 'd-1' } as const;
  expect(authorize(world, as, 'lambda:UpdateAlias', '*').allowed).toBe(true);
  expect(
    authorize(world, as, 'lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:123456789012:function:plain').allowed,
  ).toBe(false);
  expect(adoptExternalRole(world, roleArn, 'codedeploy', Instant(0))).toEqual([]);
  expect(adoptExternalRole(world, 'deployer', 'codedeploy', Instant(0))).toEqual([]);
});

const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';

/** What is said to the hook, which may report by its own policy, under a boundary of these statements. */
function underBoundary(statements: readonly object[]): string {
  const { world, call } = startIam();
  call('PutRolePolicy', { RoleName: 'hook', PolicyName: 'p', PolicyDocument: { Statement: [allow()] } });
  call('CreatePolicy', { PolicyName: 'boundary', PolicyDocument: { Version: '2012-10-17', Statement: statements } });
  call('PutRolePermissionsBoundary', { RoleName: 'hook', PermissionsBoundary: BOUNDARY });
  const verdict = authorize(world, HOOK, REPORT, GROUP);
  return verdict.allowed ? 'allowed' : verdict.message.slice(verdict.message.indexOf(GROUP) + GROUP.length + 1);
}

test.each<[string, object[], string]>([
  ['allows it too', [allow({ Action: '*', Resource: '*' })], 'allowed'],
  ['does not allow it', [allow({ Action: 's3:*' })], `because no permissions boundary allows the ${REPORT} action`],
  [
    'denies it',
    [allow(), { Effect: 'Deny', Action: 'codedeploy:*', Resource: '*' }],
    'with an explicit deny in a permissions boundary',
  ],
])('a role may do what its boundary allows as well: one that %s', (_name, statements, expected) => {
  expect(underBoundary(statements)).toBe(expected);
});

test('a boundary grants nothing by itself, and its absence is none', () => {
  const { world, call } = startIam();
  call('CreatePolicy', { PolicyName: 'boundary', PolicyDocument: { Statement: [allow()] } });
  call('PutRolePermissionsBoundary', { RoleName: 'hook', PermissionsBoundary: BOUNDARY });
  expect(call('GetRole', { RoleName: 'hook' })).toMatchObject({
    Role: { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: BOUNDARY } },
  });
  expect(authorize(world, HOOK, REPORT, GROUP).allowed).toBe(false);
  call('DeleteRolePermissionsBoundary', { RoleName: 'hook' });
  expect(world.iam.roles.get('hook')).not.toHaveProperty('permissionsBoundaryArn');
});

test('a boundary whose content is not known is taken to allow everything, and that is told', () => {
  const { world, call, findings } = startIam();
  call('PutRolePolicy', { RoleName: 'hook', PolicyName: 'p', PolicyDocument: { Statement: [allow()] } });
  call('PutRolePermissionsBoundary', { RoleName: 'hook', PermissionsBoundary: `${BOUNDARY}-of-the-account` });
  expect(authorize(world, HOOK, REPORT, GROUP).allowed).toBe(true);
  expect(findings).toMatchObject([{ rule: 'unknown-boundary', name: 'hook' }]);
});
