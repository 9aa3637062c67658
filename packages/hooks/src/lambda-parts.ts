import { randomUUID } from 'node:crypto';
import type { HookParts } from './acceptance-hook.ts';
import { awsCloud } from './aws-cloud.ts';
import { realClock } from './clock.ts';
import { writeLog } from './write-log.ts';

/** The parts of a hook that runs in Lambda: the real cloud, clock, environment and log. */
export const lambdaParts: Omit<HookParts, 'aim'> = {
  connect: awsCloud,
  clock: realClock,
  environment: () => process.env,
  log: writeLog,
  newRequestId: randomUUID,
  nowEpochMs: Date.now,
};
