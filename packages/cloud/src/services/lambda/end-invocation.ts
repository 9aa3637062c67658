import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import type { Settled } from '../../runner/index.ts';
import type { World } from '../../world-state.ts';
import { carriesMetrics, isStored } from './application-lines.ts';
import { logStreamName } from './log-stream.ts';
import { outlivedItsMinute } from './metric-minutes.ts';
import { lateSamples, metricsWake } from './metrics.ts';
import { linesOf } from './platform-lines.ts';
import { endInit, provisionedFor } from './provisioned-concurrency.ts';
import { type FunctionImage, type InFlight, type InvocationEnded, type Route, sliceKey } from './state.ts';

/**
 * What the runner says of an invocation becomes Lambda's fact about it, with the platform's log lines.
 * Reactions do the rest (logs, retries); AWS/Lambda samples are gathered per minute.
 */
export function endInvocation(world: World, settled: Settled, now: Instant): Effect[] {
  const inFlight = world.lambda.inFlight.get(settled.requestId);
  const initialising = inFlight === undefined ? world.lambda.initialising.get(settled.requestId) : undefined;
  if (initialising !== undefined) return [endInit(world, initialising, settled)];
  if (inFlight === undefined) throw new Error(`the runner settled ${settled.requestId}, which was never started`);
  const { route } = inFlight;
  const ended = endedOf(world, inFlight, settled);
  const effects: Effect[] = [ended];
  const samples = outlivedItsMinute(ended)
    ? lateSamples(world, route, ended, now)
    : metricsWake(world, ended.startedAt, now);
  for (const effect of samples) effects.push(effect);
  for (const effect of lostMetricsFinding(world, route.image, settled)) effects.push(effect);
  for (const what of settled.beyondSlice ?? []) effects.push(...sliceLeft(world, route, what));
  return effects;
}

function endedOf(world: World, inFlight: InFlight, settled: Settled): InvocationEnded {
  const { started, route, startedAt } = inFlight;
  const { image, functionName, version, qualifier } = route;
  const { logging } = image.revision.configuration;
  const { environmentId, environmentStartedAt, initDurationMs, outcome, errorType, measuredMs } = settled;
  const { customGroup } = logging;
  // One is made for each request: what is mostly absent is added, because spreading takes longer than all the rest.
  const ended: Mutable<InvocationEnded> = {
    type: 'lambda.InvocationEnded',
    requestId: settled.requestId,
    functionName,
    version,
    source: started.source,
    logType: started.logType,
    startedAt,
    durationMs: settled.durationMs,
    outcome,
    payload: settled.payload,
    logGroup: logging.logGroup,
    logStream: logStreamName({ functionName, version, environmentId, environmentStartedAt, customGroup }),
    lines: linesOf(world, image, settled),
  };
  if (qualifier !== undefined) ended.qualifier = qualifier;
  if (initDurationMs !== undefined) ended.initDurationMs = initDurationMs;
  if (outcome !== 'success') ended.functionError = 'Unhandled';
  if (errorType !== undefined) ended.errorType = errorType;
  if (settled.isProvisioned) ended.provisioned = 'used';
  else if (provisionedFor(world.lambda.functions.get(functionName), version) > 0) ended.provisioned = 'spillover';
  if (measuredMs !== undefined) ended.measuredMs = measuredMs;
  return ended;
}

function sliceLeft(world: World, { functionName, version }: Route, what: string): readonly Effect[] {
  const isKnown = world.lambda.findings.has(sliceKey(functionName, version, what));
  return isKnown ? [] : [{ type: 'lambda.SliceLeft', functionName, version, what }];
}

/** EMF under JSON format at WARN or above is dropped with its metrics: assumption `embedded-metrics-below-log-level`. */
function lostMetricsFinding(
  world: World,
  { functionName, revision }: FunctionImage,
  { lines }: Settled,
): readonly Effect[] {
  const { logFormat, applicationLogLevel } = revision.configuration.logging;
  if (logFormat !== 'JSON' || applicationLogLevel === 'INFO' || applicationLogLevel === 'DEBUG') return [];
  const rule = 'embedded-metrics-below-log-level';
  if (world.lambda.findings.has(`${rule} ${functionName}`)) return [];
  const lost = lines.some(({ message }) => carriesMetrics(message) && !isStored(message, applicationLogLevel));
  if (!lost) return [];
  const text =
    `The function "${functionName}" writes metrics in the embedded metric format, but its ApplicationLogLevel is ` +
    `${applicationLogLevel}: such lines count as INFO, Lambda drops them and the metrics are lost. ` +
    'Set ApplicationLogLevel to INFO. (Follows from the guide, not confirmed in an account.)';
  return [{ type: 'lambda.FindingNoticed', rule, functionName, text }];
}
