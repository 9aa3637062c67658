/** STS as its own client sees it, over the wire. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';

let cloud: Cloud;
const configured = (accessKeyId = 'me') => ({
  region: 'us-east-1',
  endpoint: cloud.endpointUrl,
  credentials: { accessKeyId, secretAccessKey: 'x' },
  maxAttempts: 1,
});
const ROOT_ARN = 'arn:aws:iam::123456789012:root';

async function createRole(name: string, principal: object): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }],
  };
  const { Role } = await new IAMClient(configured()).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  return Role?.Arn ?? '';
}

const assume = (RoleArn: string, RoleSessionName = 'session', DurationSeconds = 900) =>
  new STSClient(configured()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds }));

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});
afterAll(() => cloud.close());

test('the owner of the account is its root', async () => {
  const identity = await new STSClient(configured()).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: '123456789012', Arn: ROOT_ARN, UserId: '123456789012' });
});

test('who has assumed a role is that role', async () => {
  const roleArn = await createRole('deployer', { AWS: ROOT_ARN });
  const { Credentials, AssumedRoleUser } = await assume(roleArn);
  expect(Credentials?.Expiration).toEqual(new Date(cloud.now + 900_000));
  const identity = await new STSClient(configured(Credentials?.AccessKeyId)).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/session');
  expect(identity.UserId).toBe(AssumedRoleUser?.AssumedRoleId);
});

test('a role that trusts somebody else, or that is not there, is not assumed', async () => {
  const roleArn = await createRole('function', { Service: 'lambda.amazonaws.com' });
  const refused = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
  await expect(assume(roleArn)).rejects.toMatchObject(refused);
  await expect(assume('arn:aws:iam::123456789012:role/none')).rejects.toMatchObject(refused);
});

test.each([
  ['a name with a blank', 'a b', 900],
  ['a minute', 'session', 60],
])('%s is refused', async (_what, session, seconds) => {
  const roleArn = await createRole(`role-${seconds}`, { AWS: '*' });
  await expect(assume(roleArn, session, seconds)).rejects.toMatchObject({ name: 'ValidationError' });
});
