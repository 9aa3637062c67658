import type { Request } from '@middy/core';

/** How a request ended, for whoever keeps the books. */
export interface Outcome {
  /** What the caller is answered; 500 for a request that ended without an answer. */
  readonly statusCode: number;
  readonly durationMs: number;
  readonly requestId: string;
  /** True for the first request of an environment that was started on demand. */
  readonly coldStart: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  /** Business metrics by name, as `measure` counted them. */
  readonly measures: Readonly<Record<string, number>>;
}

interface Observed {
  startedAtMs?: number;
  measures?: Record<string, number>;
}

/**
 * Tells every sink the outcome of a request, exactly once, whatever the outcome. It hangs on middy's own start and end, not
 * on the chain: the end comes also after a throw in a middleware, an early answer, and middy's early time-out. A sink that
 * fails is reported and harms neither the answer nor the other sinks.
 */
export function observe(sinks: readonly ((outcome: Outcome) => void)[], onSinkError: (error: Error) => void) {
  let coldStart = (process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] ?? 'on-demand') === 'on-demand';
  return {
    requestStart: ({ internal }: Request) => {
      (internal as Observed).startedAtMs = performance.now();
    },
    requestEnd: (request: Request) => {
      const outcome = outcomeOf(request, coldStart);
      coldStart = false;
      for (const sink of sinks) {
        try {
          sink(outcome);
        } catch (error) {
          onSinkError(error instanceof Error ? error : new Error(String(error)));
        }
      }
    },
  };
}

/** Counts what a route is for, from what its plain function was asked and what it returned. */
export function measure<Event, Result>(count: (result: Result, event: Event) => Record<string, number>) {
  return {
    after: ({ event, response, internal }: Request<Event, Result>) => {
      if (response) (internal as Observed).measures = count(response, event);
    },
  };
}

function outcomeOf({ context, response, internal }: Request, coldStart: boolean): Outcome {
  const { startedAtMs = 0, measures = {} } = internal as Observed;
  const answer: { readonly statusCode?: unknown } | null | undefined = response;
  return {
    statusCode: Number(answer?.statusCode ?? 500),
    durationMs: Math.round((performance.now() - startedAtMs) * 1000) / 1000,
    requestId: context.awsRequestId,
    coldStart,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? context.functionName,
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'] ?? context.functionVersion,
    measures,
  };
}
