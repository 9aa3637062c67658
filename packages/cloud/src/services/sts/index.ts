/** STS: who calls, and temporary credentials of roles. */
import type { Principal, Service } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { operations } from './operations.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'sts', apply, operations };

/** Who calls with this access key, when AssumeRole has given it out. */
export function sessionPrincipal(world: World, accessKeyId: string): Principal | undefined {
  const session = world.sts.sessions.get(accessKeyId);
  return session && { type: 'role', roleArn: session.roleArn, sessionName: session.sessionName };
}

export { initialSts } from './state.ts';
