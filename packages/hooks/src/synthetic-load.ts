/**
 * Requests of our own while a deployment is under way, for an API with little traffic: a gate that sees no request is blind
 * (codedeploy reference, P5). Called once a minute; it costs one look at CodeDeploy when nothing is deployed.
 *
 * It looks at the answers too. What API Gateway would turn into a 502 after the handler's last word leaves no trace in
 * Lambda's metrics or the handler's log; who asked, and knows which version answered, can tell. See decision 0012.
 */
import { randomUUID } from 'node:crypto';
import { acceptanceSuite } from './acceptance-suite.ts';
import { awsLoad } from './aws-load.ts';
import { realClock, type Clock } from './clock.ts';
import type { Invoked } from './cloud.ts';
import { judgeAnswer, readAnswer } from './judge-answer.ts';
import type { Patience } from './persistently.ts';
import { restProxyEvent } from './rest-proxy-event.ts';
import type { Difference } from './shape.ts';
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
  /** One request through the alias. Rejects when there was no answer. */
  send(to: LoadSettings, payload: string): Promise<LoadAnswer>;
}

export type LoadAnswer = Pick<Invoked, 'payload' | 'functionError' | 'executedVersion'>;

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
  /** Answers that are not the first page of unicorns. Each is a line of its own in the log, which an alarm counts. */
  readonly wrong: number;
}

/** Spreads the minute's requests evenly over it, when a deployment is under way. */
export function syntheticLoad({ connect, clock, environment, log, newRequestId, nowEpochMs }: LoadParts) {
  return async (): Promise<LoadSent> => {
    const settings = readLoadSettings(environment());
    const { cloud, deployments } = await look(connect, clock, settings);
    if (deployments.length === 0) return { deployments, sent: 0, lost: 0, wrong: 0 };
    const pauseMs = MINUTE_MS / settings.requestsPerMinute;
    const startedAtMs = clock.now();
    const sending: Promise<Fate>[] = [];
    for (let number = 0; number < settings.requestsPerMinute; number += 1) {
      await clock.sleep(Math.max(0, startedAtMs + number * pauseMs - clock.now()));
      const payload = JSON.stringify(
        restProxyEvent({ headers: { 'User-Agent': 'synthetic-load' } }, newRequestId(), nowEpochMs()),
      );
      sending.push(fateOf(cloud.send(settings, payload), log));
    }
    const fates = await Promise.all(sending);
    const count = (fate: Fate): number => fates.filter((it) => it === fate).length;
    const result = { deployments, sent: fates.length, lost: count('lost'), wrong: count('wrong') };
    log({ log: 'synthetic-load', ...result });
    return result;
  };
}

/** For a minute's load to be of use, it has to begin in its minute. */
const LOOK_MS = 20_000;

async function look(connect: LoadParts['connect'], clock: Clock, settings: LoadSettings) {
  const [looked, late] = [new AbortController(), new AbortController()];
  void clock.sleep(LOOK_MS, looked.signal).then(() => late.abort());
  const cloud = connect({ clock, signal: late.signal });
  try {
    return { cloud, deployments: await cloud.deploymentsUnderWay(settings) };
  } finally {
    looked.abort();
  }
}

type Fate = 'right' | 'wrong' | 'lost';

async function fateOf(request: Promise<LoadAnswer>, log: LoadParts['log']): Promise<Fate> {
  const answer = await request.catch(() => undefined);
  if (answer === undefined) return 'lost';
  const difference = differenceIn(answer);
  if (difference === undefined) return 'right';
  // At once, not at the minute's end: the alarm counts the line in the minute in which it is written.
  log({ log: 'wrong-answer', version: answer.executedVersion ?? 'none', ...difference });
  return 'wrong';
}

/** What the acceptance suite would object to first, had it asked for the same page. */
function differenceIn(answer: LoadAnswer): Difference | undefined {
  const read = readAnswer(answer);
  if ('expected' in read) return read;
  const [firstPage] = acceptanceSuite;
  return firstPage && judgeAnswer(firstPage, read, new Map())[0];
}

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
