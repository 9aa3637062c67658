/**
 * How fast a function may scale: by 1,000 environments in ten seconds, which come back as time goes by. Source:
 * LDG:scaling-behavior (D). Environments are counted as the most invocations that have run at a time, which is the
 * assumption `scaling-rate`. An account that lets no more than that run at a time never gets there.
 */
import type { Instant } from '../../instant.ts';
import type { LambdaState, Scaling } from './state.ts';

const BURST = 1_000;
const WINDOW_MS = 10_000;
const MS_PER_ENVIRONMENT = WINDOW_MS / BURST;
/** As long as an unused environment is kept. */
const IDLE_MS = 15 * 60_000;
/** Instants are doubles: what comes back exactly now is there. */
const TOLERANCE_MS = 0.001;

const isLimited = ({ accountConcurrency }: LambdaState): boolean => accountConcurrency > BURST;

const NONE: Scaling = { environments: 0, fullAt: 0, startedAt: Number.NEGATIVE_INFINITY };

function scalingOf({ scaling }: LambdaState, functionName: string, now: Instant): Scaling {
  const known = scaling.get(functionName) ?? NONE;
  return now - known.startedAt > IDLE_MS ? { ...known, environments: 0 } : known;
}

/** Whether one more invocation may run, beside so many. Sure for each smaller number, too. */
export function mayScale(lambda: LambdaState, functionName: string, running: number, now: Instant): boolean {
  if (!isLimited(lambda)) return true;
  const { environments, fullAt } = scalingOf(lambda, functionName, now);
  return running < environments || Math.max(fullAt - now, 0) + MS_PER_ENVIRONMENT <= WINDOW_MS + TOLERANCE_MS;
}

/** Whether they may in any case, although nobody knows how many of them run and what they have scaled already. */
export function surelyScales(lambda: LambdaState, functionName: string, running: number, now: Instant): boolean {
  if (!isLimited(lambda)) return true;
  const { environments, fullAt } = scalingOf(lambda, functionName, now);
  return running < environments || running < (WINDOW_MS - Math.max(fullAt - now, 0)) / MS_PER_ENVIRONMENT;
}

/** So many run from now on. */
export function scale(lambda: LambdaState, functionName: string, running: number, now: Instant): void {
  if (!isLimited(lambda)) return;
  const { environments, fullAt } = scalingOf(lambda, functionName, now);
  const isNew = running > environments;
  lambda.scaling.set(functionName, {
    environments: Math.max(running, environments),
    fullAt: isNew ? Math.max(fullAt, now) + MS_PER_ENVIRONMENT : fullAt,
    startedAt: now,
  });
}
