import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { World } from '../../world-state.ts';
import type { InvocationEnded, LogLine } from './state.ts';

type Output = Omit<InvokeCommandOutput, '$metadata' | 'Payload'> & { readonly Payload: Uint8Array };

/** What the caller of a RequestResponse Invoke gets; a function error is status 200 all the same (L-INV (D)). */
export function invokeOutput(_world: World, ended: InvocationEnded): Output {
  const { functionError, logType, lines, version, payload } = ended;
  return {
    StatusCode: 200,
    ...(functionError === undefined ? {} : { FunctionError: functionError }),
    ...(logType === 'Tail' ? { LogResult: tail(lines) } : {}),
    ExecutedVersion: version,
    Payload: new TextEncoder().encode(payload),
  };
}

const TAIL_BYTES = 4 * 1024;

/** The last 4 KB of the invocation's log, in base64. Source: reference 4.3 (botocore (D)). */
function tail(lines: readonly LogLine[]): string {
  const log = Buffer.from(lines.map(({ message }) => `${message}\n`).join(''));
  return log.subarray(Math.max(0, log.length - TAIL_BYTES)).toString('base64');
}
