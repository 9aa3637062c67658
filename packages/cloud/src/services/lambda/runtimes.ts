import { AwsError } from '../../aws-error.ts';
import { invalidParameter } from './function-name.ts';

/** A Node runtime of Lambda. Dates are those of the guide's copy of mid 2026. Source: L-RT (D). */
export interface NodeRuntime {
  readonly id: string;
  readonly operatingSystem: string;
  readonly deprecation: string;
  /** `blocked` where AWS does not create functions with it any more. */
  readonly blockCreate: string;
  readonly blockUpdate: string;
}

export const NODE_RUNTIMES: readonly NodeRuntime[] = [
  {
    id: 'nodejs24.x',
    operatingSystem: 'AL2023',
    deprecation: '2028-04-30',
    blockCreate: '2028-06-01',
    blockUpdate: '2028-07-01',
  },
  {
    id: 'nodejs22.x',
    operatingSystem: 'AL2023',
    deprecation: '2027-04-30',
    blockCreate: '2027-06-01',
    blockUpdate: '2027-07-01',
  },
  {
    id: 'nodejs20.x',
    operatingSystem: 'AL2023',
    deprecation: '2026-04-30',
    blockCreate: '2026-08-31',
    blockUpdate: '2026-09-30',
  },
  ...[
    'nodejs18.x',
    'nodejs16.x',
    'nodejs14.x',
    'nodejs12.x',
    'nodejs10.x',
    'nodejs8.10',
    'nodejs6.10',
    'nodejs4.3',
  ].map((id) => ({ id, operatingSystem: 'AL2', deprecation: 'past', blockCreate: 'blocked', blockUpdate: 'blocked' })),
];

/** Runtimes that Lambda has and a rehearsal cannot run: functions are recorded, invoking them is refused. */
export const RECORDED_RUNTIMES: readonly string[] = [
  'python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python3.7 python3.6 python2.7',
  'java25 java21 java17 java11 java8.al2 java8',
  'dotnet10 dotnet8 dotnet6 dotnetcore3.1 dotnetcore2.1',
  'ruby3.4 ruby3.3 ruby3.2 ruby2.7 ruby2.5',
  'go1.x provided.al2023 provided.al2 provided',
].flatMap((family) => family.split(' '));

const STAND_IN = 24;

/** A runtime Lambda has ever had. Source of the text: LS lambda_/test_lambda_api.snapshot.json (S). */
export function checkRuntime(runtime: string): void {
  const known = [...NODE_RUNTIMES.map(({ id }) => id), ...RECORDED_RUNTIMES];
  if (known.includes(runtime)) return;
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(', ')}] or be a valid ARN`,
  );
}

export const canBeRehearsed = (runtime: string | undefined): boolean => NODE_RUNTIMES.some(({ id }) => id === runtime);

/** What a caller of a function gets whose runtime cannot be run here. */
export const cannotBeRehearsed = (functionName: string, runtime: string | undefined): AwsError =>
  new AwsError(
    'InvalidRuntimeException',
    `The function "${functionName}" runs on ${runtime ?? 'a container image'}, which cannot be rehearsed: ` +
      'only Node.js functions can. See docs/slice.md#runtimes.',
    502,
    { Type: 'User' },
  );

/**
 * What a reader should know of a runtime, or undefined. Older Node runtimes are accepted although AWS has
 * stopped creating functions with them, because old templates are worth rehearsing too.
 */
export function runtimeFinding(functionName: string, runtime: string | undefined): string | undefined {
  const node = NODE_RUNTIMES.find(({ id }) => id === runtime);
  if (node === undefined || node.id === `nodejs${STAND_IN}.x`) return undefined;
  const standIn = `Node ${STAND_IN} stands in for ${node.id} of the function "${functionName}".`;
  if (node.blockCreate === 'blocked')
    return `${standIn} AWS creates and updates no functions with ${node.id} any more; use nodejs${STAND_IN}.x.`;
  return `${standIn} AWS deprecates ${node.id} on ${node.deprecation} and creates no functions with it from ${node.blockCreate}.`;
}
