import type { LostEnvironment, Settled } from './index.ts';

type Ended = Pick<Settled, 'environmentId' | 'environmentStartedAt' | 'endedAt' | 'died' | 'isProvisioned'>;

/** What is known of an environment by the invocation that ended last in it. */
export const lostAfter = (imageKey: string, ended: Ended): LostEnvironment => ({
  imageKey,
  environmentId: ended.environmentId,
  startedAt: ended.environmentStartedAt,
  busyUntil: ended.endedAt,
  ...(ended.died && { died: ended.died }),
  ...(ended.isProvisioned && { isProvisioned: ended.isProvisioned }),
});
