/** What `canary serve` says at its start and to its commands. */
import { type Cloud, isoTime } from '@unicorns/cloud';
import type { ServedApi, Speed } from '@unicorns/cloud/shell';

const PACE: Readonly<Record<'max' | 'paused', string>> = {
  max: 'passes as real time does, and jumps while a stack operation or a deployment is in flight',
  paused: 'stands still until it is advanced',
};

export const paceOf = (speed: Speed): string => {
  if (typeof speed !== 'number') return PACE[speed];
  return speed === 1 ? 'passes as real time does' : `passes ${speed} times as fast as real time`;
};

/** The environment that turns AWS's clients to this cloud. Version 1 of the AWS CLI knows the second region only. */
export const environmentLines = (url: string, region: string): readonly string[] => [
  `export AWS_ENDPOINT_URL=${url}`,
  `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  'export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
];

export interface Greeting {
  readonly url: string;
  readonly region: string;
  readonly now: Cloud['now'];
  readonly speed: Speed;
  /** The folder that the cloud is kept in. */
  readonly state?: string;
}

export function greeting({ url, region, now, speed, state }: Greeting): readonly string[] {
  const kept = state === undefined ? 'nothing is kept' : `all is kept in ${state}`;
  return [
    `An embedded cloud answers at ${url}. Its time is ${isoTime(now)} and ${paceOf(speed)}.`,
    '',
    ...environmentLines(url, region).map((line) => `  ${line}`),
    '',
    COMMANDS,
    `From elsewhere: curl -X POST '${url}/_canary/advance?for=5m'. Ctrl-C ends it; ${kept}.`,
    '',
  ];
}

export const COMMANDS = 'Commands: advance 5m · speed 1|60|max|paused · status · quit';

/** Every stage of an API has a URL. */
export const apiLines = (cloud: Pick<Cloud, 'world'>, { apiId, name, url }: ServedApi): readonly string[] => {
  const stages = Object.keys(cloud.world.apigateway.apis.get(apiId)?.stages ?? {});
  return stages.map((stage) => `API ${name} (${apiId})  ${url}${stage === '$default' ? '' : `/${stage}`}`);
};
