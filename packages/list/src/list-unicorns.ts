/**
 * GET /unicorns. A route is one file like this: a plain function, and below it the chain that serves it. A further route is
 * a further file, a line in the bundler's list of functions and a function in the template.
 */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
// oxlint-disable-next-line import/no-named-as-default -- only the default export has types
import middy from '@middy/core';
import { catalogue, type Catalogue, type Unicorn } from './catalogue.ts';
import { cursorAfter } from './cursor.ts';
import { gatewayAnswer } from './middlewares/gateway-answer.ts';
import { jsonRepresentation } from './middlewares/json-representation.ts';
import { measure, observe } from './middlewares/observe.ts';
import { problemDetails } from './middlewares/problem-details.ts';
import { writeResponseLine } from './middlewares/response-line.ts';
import { responseMetrics } from './middlewares/response-metrics.ts';
import { readPageRequest, type ListEvent } from './page-request.ts';
import { logger, metrics } from './telemetry.ts';

export interface UnicornPage {
  readonly unicorns: readonly Unicorn[];
  /** Only when more remain: the `cursor` of the next page. */
  readonly nextCursor?: string;
}

/** One page of the catalogue in the order of ids; 20 unicorns unless `limit` says otherwise. */
export async function listUnicorns(from: Catalogue, event: ListEvent): Promise<UnicornPage> {
  const { unicorns, more } = await from.list(readPageRequest(event));
  const last = unicorns.at(-1);
  return more && last ? { unicorns, nextCursor: cursorAfter(last.id) } : { unicorns };
}

/**
 * The business metric, whose minimum must stay above 0 per version. An empty page behind a cursor is none of its business:
 * anyone can send a cursor past the end, and no caller may be able to stop a deployment.
 */
export function countUnicorns({ unicorns }: UnicornPage, event: ListEvent): Record<string, number> {
  const isPastTheEnd = unicorns.length === 0 && readPageRequest(event).after !== undefined;
  return isPastTheEnd ? {} : { UnicornsListed: unicorns.length };
}

/** The first middleware is the outermost. A middleware ends a request by throwing a `Problem`, never by returning early. */
export const serveUnicorns = (from: Catalogue) =>
  middy<ListEvent>({
    ...observe([writeResponseLine, responseMetrics(metrics)], (error) => logger.error('A sink failed', error)),
    // Time enough to answer, log and count a request whose catalogue hangs, before Lambda ends it without a trace.
    timeoutEarlyInMillis: 100,
  })
    .use(gatewayAnswer(logger))
    .use(injectLambdaContext(logger, { logEvent: false }))
    .use(problemDetails(logger))
    .use(jsonRepresentation({ cacheControl: 'public, max-age=60' }))
    .use(measure(countUnicorns))
    .handler((event: ListEvent) => listUnicorns(from, event));

export const handler = serveUnicorns(catalogue);
