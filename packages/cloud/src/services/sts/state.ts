/** Sessions that AssumeRole has opened: an access key says who calls. They are not closed when their time is over. */
import type { Instant } from '../../instant.ts';
import type { World } from '../../world-state.ts';

export interface StsState {
  /** By access key id. */
  readonly sessions: Map<string, Session>;
}

export interface Session {
  readonly accessKeyId: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly expiresAt: Instant;
}

export type StsFact = { readonly type: 'sts.RoleAssumed' } & Session;

export const initialSts = (): StsState => ({ sessions: new Map() });

export function apply({ sts: { sessions } }: World, { type: _type, ...session }: StsFact): void {
  sessions.set(session.accessKeyId, session);
}
