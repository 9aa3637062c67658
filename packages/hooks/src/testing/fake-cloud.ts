import type { HookParts } from '../acceptance-hook.ts';
import type { Cloud, DeployedFilter, Invoked, InvokeRequest, LifecycleEvent } from '../cloud.ts';
import { type Patience, persistently } from '../persistently.ts';
import { goodRelease, type ProxyEvent, type ProxyResponse } from './fake-release.ts';
import { virtualClock } from './virtual-clock.ts';

/** What a test changes of a cloud in which everything is fine. */
export interface Circumstances {
  readonly release?: (event: ProxyEvent) => ProxyResponse;
  /** What the function answers instead of the release, whole. */
  readonly payload?: string;
  readonly functionError?: string;
  readonly latencyMs?: (call: number) => number;
  /** Which version answers, by the time since the start. */
  readonly executedVersion?: (nowMs: number) => string;
  readonly logTail?: string;
  readonly filters?: readonly DeployedFilter[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Called before each attempt of a call; what it throws is what AWS answers. */
  readonly disturb?: (operation: keyof Cloud, nowMs: number) => void;
  /** A call that is never answered. */
  readonly hangs?: boolean;
  readonly timeoutMs?: number;
}

export const FILTER = '{ $.log = "response" && $.function = "list:7" && $.statusCode > 400 }';
export const EVENT = { DeploymentId: 'd-ABCDEFGHI', LifecycleEventHookExecutionId: 'opaque' };

export interface FakeRun {
  readonly parts: Omit<HookParts, 'aim'>;
  readonly context: { getRemainingTimeInMillis(): number };
  readonly reports: (readonly [LifecycleEvent, string, number])[];
  readonly logged: Readonly<Record<string, unknown>>[];
  readonly invoked: InvokeRequest[];
}

/** Hook parts over an in-memory cloud, and what happened in it. */
export function fakeRun(circumstances: Circumstances = {}): FakeRun {
  const clock = virtualClock();
  const { timeoutMs = 120_000, environment = {} } = circumstances;
  const run: Omit<FakeRun, 'parts' | 'context'> = { reports: [], logged: [], invoked: [] };
  const disturbed = (operation: keyof Cloud, patience: Patience): Promise<void> =>
    persistently(async () => circumstances.disturb?.(operation, clock.now()), patience);
  const connect = (patience: Patience): Cloud => ({
    invoke: async (request) => {
      run.invoked.push(request);
      await disturbed('invoke', patience);
      if (circumstances.hangs) await new Promise<never>(() => undefined);
      const latencyMs = circumstances.latencyMs?.(run.invoked.length) ?? 20;
      await clock.sleep(latencyMs);
      return answered(circumstances, request, latencyMs, clock.now());
    },
    metricFilters: async () => {
      await disturbed('metricFilters', patience);
      return circumstances.filters ?? [{ name: 'errors', pattern: FILTER }];
    },
    matches: async (pattern, messages) => messages.flatMap((message, at) => (counts(pattern, message) ? [at] : [])),
    report: async (event, status) => {
      await disturbed('report', patience);
      run.reports.push([event, status, clock.now()]);
    },
  });
  const settings = {
    FUNCTION_NAME: 'list',
    ALIAS_NAME: 'live',
    NEW_VERSION: 'arn:aws:lambda:eu-west-1:123456789012:function:list:7',
    LOG_GROUP: '/stack/list',
  };
  return {
    ...run,
    context: { getRemainingTimeInMillis: () => timeoutMs - clock.now() },
    parts: {
      connect,
      clock,
      environment: () => ({ ...settings, ...environment }),
      log: (entry) => run.logged.push(entry),
      newRequestId: () => 'request',
      nowEpochMs: () => Date.UTC(2026, 10, 23, 3, 44, 4),
    },
  };
}

function answered(circumstances: Circumstances, request: InvokeRequest, latencyMs: number, nowMs: number): Invoked {
  const { release = goodRelease, functionError, executedVersion = () => '7' } = circumstances;
  const version = executedVersion(nowMs);
  const response = release(JSON.parse(request.payload));
  const line = { log: 'response', function: `list:${version}`, statusCode: response.statusCode };
  return {
    payload: circumstances.payload ?? JSON.stringify(response),
    executedVersion: version,
    logTail: circumstances.logTail ?? `{"time":"…","type":"platform.start"}\n${JSON.stringify(line)}\n{"_aws":{}}\n`,
    latencyMs,
    ...(functionError !== undefined && { functionError }),
  };
}

/** As much of the pattern language as these tests need: JSON equality and one threshold, or everything. */
function counts(pattern: string, message: string): boolean {
  if (pattern === '') return true;
  const line: Record<string, unknown> = JSON.parse(message.slice(message.indexOf('{')));
  const threshold = Number(/\$\.statusCode > ([0-9]+)/.exec(pattern)?.[1] ?? 1_000);
  return pattern.includes(`"${String(line['function'])}"`) && Number(line['statusCode']) > threshold;
}
