/** Hooks that cannot be called, that cannot answer, or that answer for the wrong code. */
import { type Changes, type Code, type Json, ref } from '../judged.fixture.ts';
import { REPORT, withHook } from '../rules/hooked.fixture.ts';
import { goesThrough, type Rehearsal } from './rehearsal.fixture.ts';
import { ANSWERS, GOOD, release, Shop, THROWS, WELL } from './shop.fixture.ts';

/** Calls without the SDK, whose credentials stand in a header of SigV4's form. */
const ask = (service: string, path: string, headers: string, body: string): string => `
  await fetch(process.env.AWS_ENDPOINT_URL + ${path}, {
    method: 'POST',
    headers: {
      ${headers}
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID +
        '/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: ${body},
  })`;
const report = (status: string): string =>
  ask(
    'codedeploy',
    "'/'",
    `'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',`,
    `JSON.stringify({ deploymentId: event.DeploymentId, lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId, status: ${status} })`,
  );
/** Reports what it gets when it invokes what the environment names. */
const TESTS = `
  const answer = ${ask('lambda', "'/2015-03-31/functions/' + encodeURIComponent(process.env.TARGET) + '/invocations'", '', "'{}'")};
  const { statusCode } = await answer.json();
  ${report("statusCode === 200 ? 'Succeeded' : 'Failed'")};`;
const SUCCEEDS = `${report("'Succeeded'")};`;
const FAILS = `${report("'Failed'")};`;

/** Nothing is kept for a hook that dies: the queue of the ordinary one is in no template. */
const ALONE: Json = { EventInvokeConfig: { MaximumRetryAttempts: 0 } };
const hooked = (properties: Json = {}, changes: Changes = {}): Changes =>
  withHook({ ...ALONE, ...properties }, changes);
const mayInvoke: Json = { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }] };
const testing = (TARGET: unknown): Changes =>
  hooked({ Policies: [REPORT, mayInvoke], Environment: { Variables: { TARGET } } });

/** A good release, then a better one: how it ended, after how many hours, and how often the hook ran. */
const better =
  (hook: string, name = 'CodeDeployHook_pre') =>
  async (changes: Changes): Promise<unknown> => {
    await using shop = await Shop.open(changes, { hook });
    await shop.deploy(GOOD);
    const runs = shop.countRuns(name);
    const ending = await shop.deploy(WELL);
    return { ending, hours: Math.floor(shop.minutes / 60), runs: runs() };
  };

const hangs = (rule: string, changes: Changes, hook: string, runs = 1): Rehearsal => ({
  rule,
  shows: 'a good release hangs for an hour, and is taken back',
  changes,
  happens: better(hook),
  ends: { ending: 'rolledBack', hours: 1, runs },
});

export const WELL_HOOKED: readonly (readonly [string, string, () => Promise<unknown>, unknown])[] = [
  ['succeeds', 'lets a good release pass', () => better(SUCCEEDS)(hooked()), { ending: 'updated', hours: 0, runs: 1 }],
  ['fails', 'stops a release', () => better(FAILS)(hooked()), { ending: 'rolledBack', hours: 0, runs: 1 }],
  [
    'tests the new version',
    'stops what answers errors',
    () => release(testing(ref('List.Version')), ANSWERS, { hook: TESTS }),
    'rolledBack',
  ],
];

const REPORTS_NOTHING: Code = { hook: { texts: { 'index.mjs': 'export const handler = () => {};' } } };
const Hooks = { PreTraffic: ref('Hook') };

export const hookRehearsals: readonly Rehearsal[] = [
  goesThrough('hook-key', hooked({}, { preference: { Hooks: { BeforeAllowTraffic: ref('Hook') } } }), ANSWERS, {
    hook: FAILS,
  }),
  goesThrough('hook-version', testing({ 'Fn::Sub': '${List}:live' }), ANSWERS, { hook: TESTS }),
  goesThrough('unwatched-bake', hooked({}, { preference: { Hooks, Alarms: null } }), THROWS, { hook: SUCCEEDS }),
  {
    rule: 'hook-not-invocable',
    shows: 'a good release is taken back, and the hook never ran',
    changes: hooked({ FunctionName: 'pre' }),
    happens: better(SUCCEEDS, 'pre'),
    ends: { ending: 'rolledBack', hours: 0, runs: 0 },
  },
  hangs('hook-may-not-report', hooked({ Policies: null }), SUCCEEDS),
  { ...hangs('hook-never-reports', hooked(), ''), code: REPORTS_NOTHING },
  hangs('hook-failure-destination', hooked(), THROWS),
  hangs('hook-retries', hooked({ EventInvokeConfig: null }), THROWS, 3),
  hangs('hook-timeout', hooked({ Timeout: 3 }), `await new Promise((done) => setTimeout(done, 3_500)); ${SUCCEEDS}`),
  {
    rule: 'hook-shifted',
    shows: 'the hook is released by a deployment of its own, and asked about itself',
    changes: hooked(
      { DeploymentPreference: null },
      {
        template: {
          Globals: { Function: { AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce', Hooks } } },
        },
      },
    ),
    async happens(changes) {
      await using shop = await Shop.open(changes, { hook: SUCCEEDS });
      await shop.deploy(GOOD);
      shop.hook = `${SUCCEEDS};`;
      const runs = shop.countRuns('CodeDeployHook_pre');
      return { ending: await shop.deploy(WELL), deployments: shop.deployments, runs: runs() };
    },
    ends: { ending: 'updated', deployments: 2, runs: 2 },
  },
];
