import type { InvocationRequest as InvokeInput } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { queueEvent } from './async-events.ts';
import { parseFunctionName, policyResource } from './function-name.ts';
import { startInvocation, targetOf } from './invoke.ts';
import { checkOneOf } from './validation.ts';

/** Payload as an SDK sends it, or as text from a service of the cloud. */
type Input = Omit<InvokeInput, 'Payload'> & { readonly Payload?: Uint8Array | string | undefined };

/**
 * RequestResponse waits for the invocation's end (`invokeOutput` makes its answer, `tooManyRequests` its 429);
 * Event answers 202 at once; DryRun 204. Source: reference 4.3 (botocore lambda model (D)).
 */
export const Invoke = operation<Input>({
  action: 'lambda:InvokeFunction',
  resource: (world, input) => policyResource(world, input.FunctionName, input.Qualifier),
  run(world, input, { requestId, now }) {
    const { functionName, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
    const type = input.InvocationType ?? 'RequestResponse';
    checkOneOf(type, 'invocationType', ['Event', 'RequestResponse', 'DryRun']);
    checkOneOf(input.LogType, 'logType', ['None', 'Tail']);
    const { primary } = targetOf(world, { functionName, qualifier });
    if (type === 'DryRun') return { output: { StatusCode: 204, ExecutedVersion: primary.version }, effects: [] };
    const payload = payloadOf(input, type);
    if (type === 'Event') {
      const effects = queueEvent(world, { functionName, qualifier, payload, requestId }, now);
      return { output: { StatusCode: 202 }, effects };
    }
    const logType = input.LogType === 'Tail' ? 'Tail' : 'None';
    const request = { functionName, qualifier, payload, requestId, logType, source: { type: 'api' } } as const;
    return { awaitsInvocation: requestId, effects: startInvocation(world, request, now) };
  },
});

/** L-LIM (D): 6 MB for a synchronous event, 1 MB for an asynchronous one. */
const LIMIT_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

/** The event as JSON text; none is `{}`. */
function payloadOf({ Payload }: Input, type: 'RequestResponse' | 'Event'): string {
  if (Payload === undefined || Payload.length === 0) return '{}';
  const limit = LIMIT_BYTES[type];
  const bytes = typeof Payload === 'string' ? Buffer.byteLength(Payload) : Payload.byteLength;
  if (bytes > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      413,
      { Type: 'User' },
    );
  const text = typeof Payload === 'string' ? Payload : new TextDecoder().decode(Payload);
  checkJson(text);
  return text;
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
      400,
      { Type: 'User' },
    );
  }
}
