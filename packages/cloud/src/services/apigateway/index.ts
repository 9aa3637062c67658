/** API Gateway: REST and HTTP APIs, from a request to a function's event and from its result to an answer. */
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import type { Service } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { answerEnded, answerOverdue, answerThrottled } from './answer-request.ts';
import { sendMetrics, watchMinute } from './metric-minutes.ts';
import { operations } from './operations.ts';
import { watchTimeout } from './receive.ts';
import { tellThrottled } from './stage-findings.ts';
import { apply, type ApiGatewayWake } from './state.ts';

function wake(world: World, due: ApiGatewayWake, now: Instant): readonly Effect[] {
  switch (due.type) {
    case 'timeout-due':
      return answerOverdue(world, due.at, now);
    case 'send-metrics':
      return sendMetrics(world, due.minuteKey, now);
    default:
      return due satisfies never;
  }
}

export const service: Service = {
  name: 'apigateway',
  apply,
  wake,
  reactions: {
    'apigateway.RequestReceived': watchTimeout,
    'apigateway.RequestServed': (world, served, now) =>
      served.isThrottled
        ? [...watchMinute(world, served, now), ...tellThrottled(world, served)]
        : watchMinute(world, served, now),
    'lambda.InvocationEnded': answerEnded,
    'lambda.InvocationThrottled': answerThrottled,
  },
  operations,
};

export { domainOf } from './proxy-event.ts';
export { GATEWAY_ANSWERS } from './proxy-response.ts';
export { MAX_BODY_BYTES, receive, type Request } from './receive.ts';
export { type Api, type HttpAnswer, initialApiGateway, type RequestServed, type Stage } from './state.ts';
