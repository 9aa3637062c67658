/** Who am I, and who may I be. Source: STS API reference: GetCallerIdentity, AssumeRole (D). */
import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { AwsError } from '../../aws-error.ts';
import { after, SECOND } from '../../instant.ts';
import { operation, type Operation, type Principal } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { roleNameOf } from '../iam/index.ts';

const sessionArn = (world: World, roleArn: string, session: string): string =>
  `arn:${world.partition}:sts::${world.accountId}:assumed-role/${roleNameOf(roleArn)}/${session}`;

const rootArn = ({ partition, accountId }: World): string => `arn:${partition}:iam::${accountId}:root`;

const callerArn = (world: World, principal: Principal): string =>
  principal.type === 'root' ? rootArn(world) : sessionArn(world, principal.roleArn, principal.sessionName);

/** Always allowed, whatever policies say. */
const GetCallerIdentity = operation({
  action: 'sts:GetCallerIdentity',
  needsPermission: false,
  resource: () => '*',
  run: (world, _input, { principal }) => ({
    output: {
      Account: world.accountId,
      Arn: callerArn(world, principal),
      UserId:
        principal.type === 'root' ? world.accountId : `${roleId(world, principal.roleArn)}:${principal.sessionName}`,
    },
    effects: [],
  }),
});

const roleId = (world: World, roleArn: string): string => world.iam.roles.get(roleNameOf(roleArn))?.roleId ?? '';

const AssumeRole = operation<AssumeRoleRequest>({
  action: 'sts:AssumeRole',
  resource: (_world, { RoleArn = '' }) => RoleArn,
  run(world, { RoleArn: roleArn = '', RoleSessionName: sessionName = '', DurationSeconds = 3600 }, call) {
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    const role = world.iam.roles.get(roleNameOf(roleArn));
    if (role?.arn !== roleArn || !letsIn(world, role.trustPolicy.Statement, call.principal))
      throw new AwsError(
        'AccessDenied',
        `User: ${callerArn(world, call.principal)} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    if (DurationSeconds < 900 || DurationSeconds > role.maxSessionDurationSeconds)
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    const key = `${world.applied}:${roleArn}:${sessionName}`;
    const accessKeyId = `ASIA${world.random.text('access keys', key, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    const expiresAt = after(call.now, DurationSeconds * SECOND);
    return {
      output: {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: world.random.text('secret keys', key, 40, 'abcdefghijklmnopqrstuvwxyz0123456789'),
          SessionToken: `rehearsal-${accessKeyId}`,
          Expiration: new Date(expiresAt),
        },
        AssumedRoleUser: {
          Arn: sessionArn(world, roleArn, sessionName),
          AssumedRoleId: `${role.roleId}:${sessionName}`,
        },
      },
      effects: [{ type: 'sts.RoleAssumed', accessKeyId, roleArn, sessionName, expiresAt }],
    };
  },
});

interface TrustStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
}

/** Does the trust policy name the caller: the account, its root, the role itself, or everybody? */
function letsIn(world: World, statements: readonly TrustStatement[], principal: Principal): boolean {
  const names = new Set(['*', world.accountId, rootArn(world)]);
  if (principal.type === 'role') names.add(principal.roleArn).add(callerArn(world, principal));
  const matching = statements.filter((statement) => awsPrincipals(statement.Principal).some((it) => names.has(it)));
  return matching.some(({ Effect }) => Effect === 'Allow') && matching.every(({ Effect }) => Effect === 'Allow');
}

function awsPrincipals(principal: unknown): readonly string[] {
  if (principal === '*') return ['*'];
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return [];
  return [principal.AWS].flat().map(String);
}

export const operations: Readonly<Record<string, Operation>> = { AssumeRole, GetCallerIdentity };
