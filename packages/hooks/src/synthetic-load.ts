/**
 * Requests of our own while a deployment is under way, for an API with little traffic: a gate that sees no request is blind
 * (codedeploy reference, P5). Called once a minute; it costs one look at CodeDeploy when nothing is deployed.
 */
import { randomUUID } from 'node:crypto';
import { awsLoad } from './aws-load.ts';
import { realClock, type Clock } from './clock.ts';
import type { Patience } from './persistently.ts';
import { restProxyEvent } from './rest-proxy-event.ts';
import { writeLog } from './write-log.ts';

const MINUTE_MS = 60_000;

/** What the template says by environment variables. */
export interface LoadSettings {
  readonly functionName: string;
  readonly aliasName: string;
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly requestsPerMinute: number;
}

export interface LoadCloud {
  /** Ids of the group's deployments that have begun and not ended. */
  deploymentsUnderWay(of: LoadSettings): Promise<readonly string[]>;
  /** One request through the alias. Its answer is the alarms' to judge; rejects when there was none. */
  send(to: LoadSettings, payload: string): Promise<void>;
}

export interface LoadParts {
  readonly connect: (patience: Patience) => LoadCloud;
  readonly clock: Clock;
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly newRequestId: () => string;
  readonly nowEpochMs: () => number;
}

export interface LoadSent {
  readonly deployments: readonly string[];
  readonly sent: number;
  /** Requests that were not answered: throttled, or the alias could not be invoked. */
  readonly lost: number;
}

/** Spreads the minute's requests evenly over it, when a deployment is under way. */
export function syntheticLoad({ connect, clock, environment, log, newRequestId, nowEpochMs }: LoadParts) {
  return async (): Promise<LoadSent> => {
    const settings = readLoadSettings(environment());
    const cloud = connect({ clock, signal: new AbortController().signal });
    const deployments = await cloud.deploymentsUnderWay(settings);
    if (deployments.length === 0) return { deployments, sent: 0, lost: 0 };
    const pauseMs = MINUTE_MS / settings.requestsPerMinute;
    const startedAtMs = clock.now();
    const sending: Promise<boolean>[] = [];
    for (let number = 0; number < settings.requestsPerMinute; number += 1) {
      await clock.sleep(Math.max(0, startedAtMs + number * pauseMs - clock.now()));
      const payload = JSON.stringify(
        restProxyEvent({ headers: { 'User-Agent': 'synthetic-load' } }, newRequestId(), nowEpochMs()),
      );
      sending.push(isSent(cloud.send(settings, payload)));
    }
    const answered = (await Promise.all(sending)).filter((sent) => sent).length;
    const result = { deployments, sent: sending.length, lost: sending.length - answered };
    log({ log: 'synthetic-load', ...result });
    return result;
  };
}

const isSent = (request: Promise<void>): Promise<boolean> =>
  request.then(
    () => true,
    () => false,
  );

/** Throws one error that names everything missing or wrong. */
export function readLoadSettings(env: Readonly<Record<string, string | undefined>>): LoadSettings {
  const {
    FUNCTION_NAME: functionName = '',
    ALIAS_NAME: aliasName = 'live',
    DEPLOYMENT_APPLICATION: applicationName = '',
    DEPLOYMENT_GROUP: deploymentGroupName = '',
    REQUESTS_PER_MINUTE = '',
  } = env;
  const requestsPerMinute = Number(REQUESTS_PER_MINUTE);
  const problems = [
    functionName === '' && 'FUNCTION_NAME is missing',
    applicationName === '' && 'DEPLOYMENT_APPLICATION is missing',
    deploymentGroupName === '' && 'DEPLOYMENT_GROUP is missing',
    !(Number.isInteger(requestsPerMinute) && requestsPerMinute > 0) && 'REQUESTS_PER_MINUTE is no whole number above 0',
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new Error(`The environment of the synthetic load: ${problems.join(', ')}.`);
  return { functionName, aliasName, applicationName, deploymentGroupName, requestsPerMinute };
}

export const handler = syntheticLoad({
  connect: awsLoad,
  clock: realClock,
  environment: () => process.env,
  log: writeLog,
  newRequestId: randomUUID,
  nowEpochMs: Date.now,
});
