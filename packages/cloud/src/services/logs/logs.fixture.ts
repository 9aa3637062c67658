/** For tests: CloudWatch Logs alone, its own effects applied as world.ts does, the rest collected. */
import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import type { Effect } from '../../effects.ts';
import { Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { ROOT } from '../../contract.ts';
import { Timeline } from '../../timeline.ts';
import type { World } from '../../world-state.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import { ingest, initialLogs, service } from './index.ts';
import type { FindingNoticed, LogsFact, LogsWake } from './state.ts';

export const START = Instant(Date.parse('2026-11-23T10:00:00.000Z'));
/** Seconds after the start. */
export const second = (s: number): Instant => Instant(START + s * 1000);

export function startLogs(assumptions: Partial<Assumptions> = {}) {
  const timeline = new Timeline<LogsWake>(START);
  // The other services stay out: CloudWatch Logs reads nothing of them.
  const world = {
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    random: createRandom(1),
    assumptions: { ...DEFAULT_ASSUMPTIONS, ...assumptions },
    logs: initialLogs(),
  } as unknown as World;
  const datapoints: Datapoint[] = [];
  const findings: FindingNoticed[] = [];
  const listeners: ((fact: LogsFact) => void)[] = [];

  function perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'wake') timeline.schedule(effect.at, effect.wake as LogsWake);
      else if (effect.type === 'cloudwatch.DatapointsRecorded') datapoints.push(...effect.datapoints);
      else performFact(effect as LogsFact);
    }
  }
  function performFact(fact: LogsFact): void {
    service.apply(world, fact as never, timeline.now);
    for (const hear of listeners) hear(fact);
    if (fact.type === 'logs.FindingNoticed') findings.push(fact);
    if (fact.type === 'logs.EventsIngested')
      perform(service.reactions?.['logs.EventsIngested']?.(world, fact, timeline.now) ?? []);
  }

  return {
    world,
    datapoints,
    findings,
    /** Is told of every fact from now on. */
    hear: (listener: (fact: LogsFact) => void) => void listeners.push(listener),
    /** Runs every wake until `at`, and moves the clock there. */
    advanceTo(at: Instant): void {
      while (timeline.nextDue !== undefined && timeline.nextDue <= at) {
        const wake = timeline.take();
        perform(service.wake?.(world, wake as never, timeline.now) ?? []);
      }
      timeline.moveTo(at);
    },
    call<T = Record<string, unknown>>(name: string, input: object): T {
      const context = { principal: ROOT, requestId: 'request', now: timeline.now };
      const answer = service.operations[name]?.run(world, input as never, context);
      if (answer === undefined || !('output' in answer)) throw new Error(`${name} is no operation of CloudWatch Logs`);
      perform(answer.effects);
      return answer.output as T;
    },
    write(messages: readonly string[], at: Instant = timeline.now, logGroup = '/shop/list'): void {
      perform(
        ingest(
          world,
          logGroup,
          'stream',
          messages.map((message) => ({ at, message })),
          timeline.now,
        ),
      );
    },
  };
}

export type RunningLogs = ReturnType<typeof startLogs>;
