import type { Logger } from '@aws-lambda-powertools/logger';
import type { Request } from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { Problem } from '../problem.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Turns whatever was thrown into a problem-details answer (RFC 9457). What is no `Problem` is logged, and a bare 500. */
export function problemDetails(logger: Logger) {
  return {
    onError: (request: Request<unknown, APIGatewayProxyResult>): void => {
      const problem = request.error instanceof Problem ? request.error : internalError(request.error);
      if (problem.status >= 500) logThrown(logger, problem.cause ?? problem);
      request.response = answerOf(problem);
    },
  };
}

/** Says nothing of what happened inside. */
export function internalError(cause: unknown): Problem {
  return new Problem(500, 'The request could not be answered. It is not the fault of the request.', { cause });
}

export function answerOf({ status, message, errors }: Problem): APIGatewayProxyResult {
  const body = {
    type: 'about:blank',
    title: TITLES[status] ?? `Status ${status}`,
    status,
    detail: message,
    ...(errors.length > 0 && { errors }),
  };
  return {
    statusCode: status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/** What was thrown may be anything, and writing it may throw in turn (a cause in a circle): no reason to owe the answer. */
function logThrown(logger: Logger, thrown: unknown): void {
  try {
    if (leadsBack(thrown)) throw new Error('Its cause leads back to it.');
    logger.error('A request failed', asError(thrown));
  } catch (error) {
    logger.error('A request failed', { thrown: textOf(thrown), notWrittenWhole: textOf(error) });
  }
}

/** The logger follows causes, and would follow these until the stack is full, which takes a second. */
function leadsBack(thrown: unknown): boolean {
  const seen = new Set<unknown>();
  let error = thrown;
  for (; error instanceof Error && !seen.has(error); error = error.cause) seen.add(error);
  return seen.has(error);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Thrown, and no Error: ${textOf(thrown)}`);
}

function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  } catch {
    return 'something that has no text';
  }
}
