/** The headers by which the runner's HTTP layer says which environment a call comes from. */
import { Instant } from '../instant.ts';
import type { CallingEnvironment } from './call.ts';

export const ENVIRONMENT_HEADER = 'x-rehearsal-environment';
export const INVOCATION_HEADER = 'x-rehearsal-invocation';
export const INSTANT_HEADER = 'x-rehearsal-instant';
export const NUMBER_HEADER = 'x-rehearsal-call';

/** Undefined for a caller outside the cloud, and for headers that are not whole. */
export function callingEnvironment(headers: Readonly<Record<string, string>>): CallingEnvironment | undefined {
  const environmentId = headers[ENVIRONMENT_HEADER];
  const requestId = headers[INVOCATION_HEADER];
  const instant = Number(headers[INSTANT_HEADER] ?? Number.NaN);
  if (environmentId === undefined || requestId === undefined || !Number.isFinite(instant)) return undefined;
  return { environmentId, requestId, instant: Instant(instant), number: Number(headers[NUMBER_HEADER] ?? 0) };
}
