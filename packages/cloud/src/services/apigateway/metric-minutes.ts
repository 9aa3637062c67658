/**
 * AWS/ApiGateway, counted per minute and sent when the minute has ended. The two kinds of API differ in names
 * and dimensions: 4XXError by ApiName for REST, 4xx by ApiId for HTTP. Source: section 5.6 (D). A sample's
 * minute is that of the answer (assumption `gateway-metric-minute`).
 */
import type { Effect } from '../../effects.ts';
import { after, floorTo, type Instant, MINUTE } from '../../instant.ts';
import type { World } from '../../world-state.ts';
import type { Datapoint, Dimension } from '../cloudwatch/state.ts';
import type { ApiGatewayState, RequestServed, Stage } from './state.ts';

export interface MetricMinute {
  readonly minute: Instant;
  readonly apiId: string;
  readonly stage: string;
  /** All requests of the stage under the empty key; with detailed metrics also by `METHOD resource`. */
  readonly tallies: Map<string, Tally>;
}

interface Tally {
  readonly method: string;
  readonly resource: string;
  requests: number;
  clientErrors: number;
  serverErrors: number;
  /** Latency in milliseconds → how many requests had it. */
  readonly latencies: Map<number, number>;
  /** The same for requests that reached a function. */
  readonly integrationLatencies: Map<number, number>;
}

const minuteKeyOf = ({ apiId, stage }: RequestServed, at: Instant): string =>
  `${apiId}\t${stage}\t${floorTo(at, MINUTE)}`;

/** Part of `apply`: counts an answer into its minute. A request for a stage that does not exist counts nowhere. */
export function countAnswer(
  { minutes }: ApiGatewayState,
  stage: Stage | undefined,
  served: RequestServed,
  at: Instant,
): void {
  if (stage === undefined) return;
  const key = minuteKeyOf(served, at);
  let minute = minutes.get(key);
  if (minute === undefined) {
    minute = { minute: floorTo(at, MINUTE), apiId: served.apiId, stage: served.stage, tallies: new Map() };
    minutes.set(key, minute);
  }
  countInto(tallyOf(minute, '', '', ''), served);
  if (!stage.detailedMetrics || served.resource === undefined) return;
  countInto(tallyOf(minute, `${served.method} ${served.resource}`, served.method, served.resource), served);
}

function tallyOf({ tallies }: MetricMinute, key: string, method: string, resource: string): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = {
      method,
      resource,
      requests: 0,
      clientErrors: 0,
      serverErrors: 0,
      latencies: new Map(),
      integrationLatencies: new Map(),
    };
    tallies.set(key, tally);
  }
  return tally;
}

function countInto(tally: Tally, { status, latencyMs, functionName }: RequestServed): void {
  tally.requests++;
  if (status >= 500) tally.serverErrors++;
  else if (status >= 400) tally.clientErrors++;
  const latency = Math.round(latencyMs);
  tally.latencies.set(latency, (tally.latencies.get(latency) ?? 0) + 1);
  if (functionName === undefined) return;
  tally.integrationLatencies.set(latency, (tally.integrationLatencies.get(latency) ?? 0) + 1);
}

/** Reaction on apigateway.RequestServed: the first of a minute asks for the minute's end. */
export function watchMinute({ apigateway }: World, served: RequestServed, now: Instant): readonly Effect[] {
  const minuteKey = minuteKeyOf(served, now);
  const minute = apigateway.minutes.get(minuteKey);
  if (minute?.tallies.get('')?.requests !== 1) return [];
  return [
    {
      type: 'wake',
      at: after(minute.minute, MINUTE),
      wake: { service: 'apigateway', type: 'send-metrics', minuteKey },
    },
  ];
}

/** Sends the samples of a minute: one of 0 or 1 per request for the errors, so that their Average is the error rate. */
export function sendMetrics(world: World, minuteKey: string, now: Instant): readonly Effect[] {
  const minute = world.apigateway.minutes.get(minuteKey);
  if (minute === undefined) return [];
  const visibleAt = after(now, world.assumptions.delays.lambdaMetricMs);
  const datapoints = [...minute.tallies.values()].flatMap((tally) =>
    dimensionSets(world, minute, tally).flatMap((dimensions) => samplesOf(world, minute, tally, dimensions, visibleAt)),
  );
  const sent: Effect = { type: 'apigateway.MetricsSent', minuteKey };
  return datapoints.length === 0 ? [sent] : [{ type: 'cloudwatch.DatapointsRecorded', datapoints }, sent];
}

const dimension = (name: string, value: string): Dimension => ({ name, value });

function dimensionSets(world: World, { apiId, stage }: MetricMinute, { method, resource }: Tally): Dimension[][] {
  const api = world.apigateway.apis.get(apiId);
  if (api === undefined) return [];
  const whole = api.kind === 'REST' ? dimension('ApiName', api.name) : dimension('ApiId', apiId);
  const ofStage = [whole, dimension('Stage', stage)];
  return resource === ''
    ? [[whole], ofStage]
    : [[...ofStage, dimension('Resource', resource), dimension('Method', method)]];
}

function samplesOf(
  world: World,
  { apiId, minute }: MetricMinute,
  tally: Tally,
  dimensions: Dimension[],
  visibleAt: Instant,
): Datapoint[] {
  const isRest = world.apigateway.apis.get(apiId)?.kind === 'REST';
  const sample = (metricName: string, unit: string, value: number, count: number): Datapoint[] =>
    count === 0
      ? []
      : [{ namespace: 'AWS/ApiGateway', metricName, dimensions, unit, at: minute, value, count, visibleAt }];
  const flags = (metricName: string, count: number) => [
    ...sample(metricName, 'Count', 1, count),
    ...sample(metricName, 'Count', 0, tally.requests - count),
  ];
  const spread = (metricName: string, values: ReadonlyMap<number, number>) =>
    [...values].flatMap(([value, count]) => sample(metricName, 'Milliseconds', value, count));
  return [
    ...sample('Count', 'Count', 1, tally.requests),
    ...flags(isRest ? '4XXError' : '4xx', tally.clientErrors),
    ...flags(isRest ? '5XXError' : '5xx', tally.serverErrors),
    ...spread('Latency', tally.latencies),
    ...spread('IntegrationLatency', tally.integrationLatencies),
  ];
}
