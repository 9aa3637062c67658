import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import type { FilledText } from '../../filled-text.ts';
import type { Instant } from '../../instant.ts';
import type { Mutable } from '../../mutable.ts';
import type { World } from '../../world-state.ts';
import { chooseRoute } from './alias-routing.ts';
import { startedOrThrottled } from './concurrency.ts';
import { functionNotFound, parseFunctionName } from './function-name.ts';
import { canBeRehearsed, cannotBeRehearsed } from './runtimes.ts';
import type { InvocationSource, InvocationStarted, Target, ThrottleReason } from './state.ts';

/** What a caller says of the invocation it wants. */
export interface InvocationRequest {
  /** A name; or an ARN in any of AWS's forms, then with the qualifier in it, if there is one. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** The event, as JSON text. */
  readonly payload: string | FilledText;
  readonly source: InvocationSource;
  readonly logType: 'None' | 'Tail';
  readonly requestId: string;
  /** Names the request in the routing substream; the index of a traffic request or the request id when absent. */
  readonly routingKey?: string | number;
  /** Its instant has not come: what is started here is throttled then (`startedOrThrottled`), or runs. */
  readonly isAhead?: boolean;
}

/**
 * Starts an invocation: the version is chosen, and the runner is told by the fact. One that is throttled is told by
 * another fact, which its caller gets as a 429. Throws ResourceNotFoundException and InvalidRuntimeException (a runtime
 * that cannot be rehearsed).
 */
export function startInvocation(world: World, request: InvocationRequest, now: Instant): Effect[] {
  const route = chooseRoute(world, targetOf(world, request), request.routingKey ?? routingKey(request));
  const { image, functionName, version, qualifier } = route;
  const { runtime } = image.revision.configuration;
  if (!canBeRehearsed(runtime)) throw cannotBeRehearsed(functionName, runtime);
  const { requestId, source, isAhead = false } = request;
  // One is made for each request: what may be absent is added, because spreading takes longer than all the rest.
  const started: Mutable<InvocationStarted> = {
    type: 'lambda.InvocationStarted',
    requestId,
    functionName,
    version,
    invokedFunctionArn: route.invokedFunctionArn,
    payload: request.payload,
    source,
    logType: request.logType,
    imageKey: image.key,
  };
  if (qualifier !== undefined) started.qualifier = qualifier;
  return isAhead ? [started] : startedOrThrottled(world, started, now);
}

/** Where calls by this name and qualifier land. Throws ResourceNotFoundException. */
export function targetOf(
  world: World,
  { functionName, qualifier }: Pick<InvocationRequest, 'functionName' | 'qualifier'>,
): Target {
  const known = world.lambda.functions.get(functionName)?.targets.get(qualifier ?? '');
  if (known !== undefined) return known;
  const reference = parseFunctionName(functionName, qualifier);
  const target = world.lambda.functions.get(reference.functionName)?.targets.get(reference.qualifier ?? '');
  if (target === undefined) throw functionNotFound(world, reference.functionName, reference.qualifier);
  return target;
}

const routingKey = ({ source, requestId }: InvocationRequest): string | number =>
  'index' in source ? source.index : requestId;

export interface TrafficCall {
  readonly functionName: string;
  readonly qualifier: string;
  readonly payload: string;
  readonly index: number;
  readonly requestId: string;
}

/** A call of a rehearsal's traffic, asked ahead of its instant. Nobody catches an error here: what Lambda refuses becomes a fact. */
export function invokeForTraffic(world: World, { index, ...call }: TrafficCall, now: Instant): Effect[] {
  try {
    return startInvocation(world, { ...call, source: { type: 'traffic', index }, logType: 'None', isAhead: true }, now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { requestId, functionName, qualifier } = call;
    const { code, message } = error;
    return [{ type: 'lambda.InvocationRefused', requestId, functionName, qualifier, code, message }];
  }
}

/** The 429 of a throttled request. Source: LS lambda_/test_lambda.snapshot.json (S), reference 4.3. */
export const tooManyRequests = (reason: ThrottleReason): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason, Type: 'User' });
