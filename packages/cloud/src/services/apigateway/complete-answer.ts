import { extendedRequestId } from './proxy-event.ts';
import type { ApiKind, HttpAnswer } from './state.ts';

/**
 * Headers that the gateway adds to every answer, also to those that it gives by itself. `traceId`: of a request that
 * reached a function. Source: NET (S), sections 5.2 and 5.5; `Date` and `Connection` are the socket's.
 */
export function completed(kind: ApiKind, requestId: string, answer: HttpAnswer, traceId?: string): HttpAnswer {
  const added: HttpAnswer['headers'] =
    kind === 'HTTP'
      ? [['Apigw-Requestid', extendedRequestId(requestId)]]
      : [
          ['x-amzn-RequestId', requestId],
          ['x-amz-apigw-id', extendedRequestId(requestId)],
          ...(traceId === undefined ? [] : [['X-Amzn-Trace-Id', traceId] as const]),
        ];
  return { ...answer, headers: [...answer.headers, ...added] };
}
