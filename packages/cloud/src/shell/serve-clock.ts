/**
 * Lets the virtual time of a cloud pass as real time does: at a speed, not at all, or in jumps while something is in
 * flight. Time is a line from an anchor: (real, virtual); whatever jumps, or changes the speed, moves the anchor.
 */
import type { Cloud } from '../cloud.ts';
import { after, HOUR, type Instant } from '../instant.ts';

/** Virtual seconds a second; `max`: as real time, but jumping while a stack operation or a deployment is in flight. */
export type Speed = number | 'max' | 'paused';

export interface ServeClock {
  readonly speed: Speed;
  setSpeed(speed: Speed): void;
  /** Lets virtual time pass at once, whatever the speed. */
  advance(ms: number): Promise<void>;
  /** Looks at once whether there is something to jump over: whoever asks next comes after the jump. */
  nudge(): void;
  /** Resolves when nothing of the clock is under way any more. */
  stop(): Promise<void>;
}

export interface ServeClockOptions {
  readonly cloud: Pick<Cloud, 'now' | 'world' | 'advanceTo'>;
  readonly speed: Speed;
  /** A bug in the cloud: time goes on behind it. */
  readonly onError: (error: unknown) => void;
}

const TICK_MS = 10;
/** Nothing stays in flight longer: 48 h of shifting, an hour per hook, and something for the rest. */
const LONGEST_JUMP_MS = 52 * HOUR;
/** A jump that takes longer than this lets others in between. */
const LONGEST_JUMP_REAL_MS = 5_000;

export function startServeClock({ cloud, speed: initial, onError }: ServeClockOptions): ServeClock {
  let speed = initial;
  let anchor = anchored(cloud.now);
  let isStopped = false;
  let wakeUp: (() => void) | undefined;
  /** Said while a step was under way. */
  let isNudged = false;

  async function step(): Promise<void> {
    if (speed === 'paused') return;
    if (speed === 'max' && isInFlight(cloud.world)) {
      const startedAt = performance.now();
      const isOver = (): boolean =>
        !isInFlight(cloud.world) || isStopped || performance.now() - startedAt > LONGEST_JUMP_REAL_MS;
      await cloud.advanceTo(after(cloud.now, LONGEST_JUMP_MS), isOver);
      anchor = anchored(cloud.now);
      return;
    }
    const factor = speed === 'max' ? 1 : speed;
    const target = after(anchor.virtual, (performance.now() - anchor.real) * factor);
    if (target > cloud.now) await cloud.advanceTo(target);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      try {
        await step();
      } catch (error) {
        onError(error);
      }
      if (!isNudged) await tick();
      isNudged = false;
    }
  }

  const tick = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, TICK_MS);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const running = run();
  return {
    get speed() {
      return speed;
    },
    setSpeed(next) {
      speed = next;
      anchor = anchored(cloud.now);
    },
    async advance(ms) {
      await cloud.advanceTo(after(cloud.now, ms));
      anchor = anchored(cloud.now);
    },
    nudge() {
      if (speed !== 'max') return;
      isNudged = true;
      wakeUp?.();
    },
    async stop() {
      isStopped = true;
      wakeUp?.();
      await running;
    },
  };
}

const anchored = (virtual: Instant) => ({ virtual, real: performance.now() });

/** A stack operation, a change set being looked at, or a deployment. */
export function isInFlight({ cloudformation, codedeploy }: Cloud['world']): boolean {
  for (const { operation } of cloudformation.stacks.values()) if (operation !== undefined) return true;
  for (const { status } of cloudformation.changeSets.values()) if (status === 'CREATE_PENDING') return true;
  for (const { completedAt } of codedeploy.deployments.values()) if (completedAt === undefined) return true;
  return false;
}
