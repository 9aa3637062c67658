import { acceptanceSuite, type Check, type EarlierAnswer } from './acceptance-suite.ts';
import type { Clock } from './clock.ts';
import type { Cloud, Invoked } from './cloud.ts';
import { judgeAnswer, readAnswer, type Failure } from './judge-answer.ts';
import { restProxyEvent, type CallerRequest } from './rest-proxy-event.ts';
import type { Difference } from './shape.ts';

/** What the suite is run against. */
export interface Target {
  readonly functionName: string;
  readonly qualifier?: string;
  /** The version that has to answer. */
  readonly version: string;
  /** How long, from the first call, another version is accepted: an alias update takes time to settle. */
  readonly settlesWithinMs: number;
}

export interface SuiteParts {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly slaMs: number;
  readonly newRequestId: () => string;
  readonly nowEpochMs: () => number;
}

export interface SuiteResult {
  readonly failures: readonly Failure[];
  /** The first judged invocation, whose log shows what the version writes. */
  readonly witness: Invoked;
}

const SETTLING_PAUSE_MS = 1_000;

/** Warms the target up, then puts every check to it, one after another, and gathers all that fails. */
export async function runSuite(
  target: Target,
  parts: SuiteParts,
  suite: readonly Check[] = acceptanceSuite,
): Promise<SuiteResult> {
  const ask = asker(target, parts);
  const answers = new Map<string, EarlierAnswer>();
  const failures: Failure[] = [];
  let witness = await ask({});
  for (const [index, check] of suite.entries()) {
    const invoked = await askWithinSla(ask, check.request(answers), parts.slaMs);
    if (index === 0) witness = invoked;
    const wrong = judge(check, invoked, { target, slaMs: parts.slaMs, answers });
    failures.push(...wrong.map((difference) => ({ check: check.name, ...difference })));
  }
  return { failures, witness };
}

type Ask = (request: CallerRequest) => Promise<Invoked>;

/** Repeats a request for as long as another version may still answer it. */
function asker(target: Target, { cloud, clock, signal, newRequestId, nowEpochMs }: SuiteParts): Ask {
  const startedAt = clock.now();
  const { functionName, qualifier, version, settlesWithinMs } = target;
  return async (request) => {
    for (;;) {
      const payload = JSON.stringify(restProxyEvent(request, newRequestId(), nowEpochMs()));
      const invoked = await cloud.invoke({ functionName, payload, ...(qualifier !== undefined && { qualifier }) });
      const leftMs = settlesWithinMs - (clock.now() - startedAt);
      if (invoked.executedVersion === version || leftMs <= 0 || signal.aborted) return invoked;
      await clock.sleep(Math.min(SETTLING_PAUSE_MS, leftMs), signal);
    }
  };
}

/** A slow request is asked once more: under public traffic one call may meet an environment that is just starting. */
async function askWithinSla(ask: Ask, request: CallerRequest, slaMs: number): Promise<Invoked> {
  const invoked = await ask(request);
  return invoked.latencyMs > slaMs ? ask(request) : invoked;
}

interface Circumstances {
  readonly target: Target;
  readonly slaMs: number;
  readonly answers: Map<string, EarlierAnswer>;
}

/** Keeps the answer for later checks. An answer of the wrong version proves nothing, so nothing else of it is judged. */
function judge(check: Check, invoked: Invoked, { target, slaMs, answers }: Circumstances): readonly Difference[] {
  if (invoked.executedVersion !== target.version) {
    return [{ what: 'executed version', expected: target.version, got: invoked.executedVersion ?? 'none' }];
  }
  const answer = readAnswer(invoked);
  if ('expected' in answer) return [answer];
  const wrong = judgeAnswer(check, answer, answers);
  answers.set(check.name, answer);
  if (invoked.latencyMs <= slaMs) return wrong;
  return [
    ...wrong,
    { what: 'latency', expected: `at most ${slaMs} ms`, got: `${Math.round(invoked.latencyMs)} ms, twice` },
  ];
}
