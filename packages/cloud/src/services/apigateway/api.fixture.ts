/** For tests: a cloud with the function `list` behind APIs; the test plays the runner. */
import { DEFAULT_ASSUMPTIONS } from '../../assumptions.ts';
import type { Fact, Wake } from '../../effects.ts';
import { after, Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import type { Settled } from '../../runner/index.ts';
import { type Answer, ROOT } from '../../contract.ts';
import { Timeline } from '../../timeline.ts';
import { Applier, initialWorld } from '../../world.ts';
import type { Datapoint } from '../cloudwatch/state.ts';
import { endInvocation } from '../lambda/index.ts';
import { service as lambda } from '../lambda/index.ts';
import { receive, type Request, service as apigateway } from './index.ts';
import type { RequestServed } from './state.ts';

export const START = Instant(Date.parse('2026-11-23T10:00:00.000Z'));
export const ALIAS_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:list:live';

const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${ALIAS_ARN}/invocations`;
/** A Lambda proxy integration on the alias. */
export const proxy = (more: object = {}) => ({
  'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri, ...more },
});
export const proxy2 = (more: object = {}) => proxy({ payloadFormatVersion: '2.0', ...more });

export const openApi = (paths: object, more: object = {}) => ({
  openapi: '3.0.1',
  info: { title: 'shop', version: '1.0' },
  paths,
  ...more,
});

export type CloudWithApi = ReturnType<typeof startApi>;

export function startApi() {
  const timeline = new Timeline<Wake>(START);
  const world = initialWorld({
    region: 'us-east-1',
    accountId: '123456789012',
    random: createRandom(1),
    assumptions: DEFAULT_ASSUMPTIONS,
  });
  const applier = new Applier(world, timeline, () => undefined);
  const facts: Fact[] = [];
  const datapoints: Datapoint[] = [];
  applier.journal.subscribe(({ effect }) => {
    if (effect.type === 'cloudwatch.DatapointsRecorded') datapoints.push(...effect.datapoints);
    else if (effect.type !== 'wake' && effect.type !== 'call') facts.push(effect);
  });
  let asked = 0;
  const call = (name: string, input: object, service = apigateway): Record<string, unknown> => {
    const operation = service.operations[name];
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    const answer: Answer = operation.run(world, input as never, {
      principal: ROOT,
      requestId: `request-${asked++}`,
      now: timeline.now,
    });
    applier.perform(answer.effects);
    return 'output' in answer ? { ...answer.output } : {};
  };
  const advanceTo = (at: Instant): void => {
    while (timeline.nextDue !== undefined && timeline.nextDue <= at) {
      const wake = timeline.take();
      if (wake) applier.wake(wake);
    }
    timeline.moveTo(at);
  };

  call(
    'CreateFunction',
    {
      FunctionName: 'list',
      Role: 'arn:aws:iam::123456789012:role/list',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'exports.handler = async () => 1' },
    },
    lambda,
  );
  call('PublishVersion', { FunctionName: 'list' }, lambda);
  call('CreateAlias', { FunctionName: 'list', Name: 'live', FunctionVersion: '1' }, lambda);

  const permit = (sourceArn: string): void =>
    void call(
      'AddPermission',
      {
        FunctionName: 'list',
        Qualifier: 'live',
        StatementId: 'api',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: sourceArn,
      },
      lambda,
    );

  let sent = 0;
  return {
    world,
    facts,
    datapoints,
    call,
    advanceTo,
    permit,
    get now() {
      return timeline.now;
    },
    /** A REST API `shop`, deployed to the stage Prod, that may invoke the alias. */
    restApi(paths: object, more: object = {}): string {
      const restApiId = String(
        call('CreateRestApi', { name: 'shop', endpointConfiguration: { types: ['REGIONAL'] } })['id'],
      );
      call('PutRestApi', { restApiId, mode: 'overwrite', body: openApi(paths, more) });
      call('CreateDeployment', { restApiId, stageName: 'Prod' });
      permit(`arn:aws:execute-api:us-east-1:123456789012:${restApiId}/*`);
      return restApiId;
    },
    /** An HTTP API with the stage $default, which follows it. */
    httpApi(paths: object, more: object = {}): string {
      const ApiId = String(call('ImportApi', { Body: openApi(paths, more) })['ApiId']);
      call('CreateStage', { ApiId, StageName: '$default', AutoDeploy: true });
      permit(`arn:aws:execute-api:us-east-1:123456789012:${ApiId}/*`);
      return ApiId;
    },
    /** Sends a request; its id. */
    send(apiId: string, request: Partial<Request> = {}): string {
      const index = sent++;
      const requestId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const whole = {
        apiId,
        stage: 'Prod',
        method: 'GET',
        path: '/unicorns',
        headers: {},
        query: {},
        sourceIp: '203.0.113.10',
        index,
        requestId,
        keepAnswer: true,
        ...request,
      };
      applier.perform(receive(world, whole, timeline.now));
      return requestId;
    },
    /** The event that the function got. */
    eventOf(requestId: string): Record<string, unknown> {
      const started = world.lambda.inFlight.get(requestId)?.started;
      if (started === undefined) throw new Error(`${requestId} started no invocation`);
      return JSON.parse(String(started.payload)) as Record<string, unknown>;
    },
    /** Ends an invocation as the runner would, `tookMs` after it started. */
    settle(requestId: string, payload: unknown, how: Partial<Settled> = {}, tookMs = 10): void {
      const startedAt = world.lambda.inFlight.get(requestId)?.startedAt ?? timeline.now;
      const endedAt = after(startedAt, tookMs);
      if (endedAt > timeline.now) advanceTo(endedAt);
      const settled: Settled = {
        requestId,
        seq: 0,
        startedAt,
        endedAt,
        durationMs: tookMs,
        outcome: 'success',
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
        environmentId: '0'.repeat(32),
        environmentStartedAt: startedAt,
        lines: [],
        maxMemoryUsedMb: 70,
        ...how,
      };
      applier.perform(endInvocation(world, settled, timeline.now));
    },
    served(requestId: string): RequestServed | undefined {
      return facts.find(
        (fact): fact is RequestServed => fact.type === 'apigateway.RequestServed' && fact.requestId === requestId,
      );
    },
  };
}
