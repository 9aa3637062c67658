import type { Logger } from '@aws-lambda-powertools/logger';
import type { Request } from '@middy/core';
import { answerOf, internalError } from './problem-details.ts';

const KEYS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);
/** Lambda refuses a larger response. Source: reference 4.4 (S). */
const MAX_RESPONSE_BYTES = 6_291_556;

/**
 * The outermost middleware: an answer that API Gateway would refuse, and so turn into a 502 which no log shows, becomes a
 * logged 500. It must stay outermost, for it judges what all the others made of the answer.
 */
export function gatewayAnswer(logger: Logger) {
  const judge = (request: Request): void => {
    const refusal = whyRefused(request.response);
    if (refusal === undefined) return;
    logger.error('API Gateway would refuse the answer', { refusal });
    request.response = answerOf(internalError(undefined));
  };
  return { after: judge, onError: judge };
}

/** Why a REST API would refuse a proxy response, or undefined. Source: reference 5.5 (S, D). */
export function whyRefused(answer: unknown): string | undefined {
  if (!isMap(answer)) return 'it is no object';
  const stranger = Object.keys(answer).find((key) => !KEYS.has(key));
  if (stranger !== undefined) return `it has the unknown key ${stranger}`;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = answer;
  if (!isStatusCode(statusCode)) return 'its statusCode is no HTTP status';
  if (!isAbsent(headers) && !isMapOf(headers, isScalar)) return 'its headers are no map of plain values';
  if (!isAbsent(multiValueHeaders) && !isMapOf(multiValueHeaders, isListOfScalars)) {
    return 'its multiValueHeaders are no map of lists of plain values';
  }
  if (!isAbsent(body) && typeof body !== 'string') return 'its body is no string';
  if (!isAbsent(isBase64Encoded) && typeof isBase64Encoded !== 'boolean') return 'its isBase64Encoded is no boolean';
  return isTooLarge(answer, body) ? `it is larger than ${MAX_RESPONSE_BYTES} bytes` : undefined;
}

/** Escaping makes at most six bytes of a UTF-16 unit, so that only a body beyond 1,000,000 units has to be measured. */
function isTooLarge(answer: object, body: unknown): boolean {
  const mayBe = typeof body === 'string' && body.length > 1_000_000;
  return mayBe && Buffer.byteLength(JSON.stringify(answer)) > MAX_RESPONSE_BYTES;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
const isListOfScalars = (value: unknown): boolean => Array.isArray(value) && value.every(isScalar);

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMapOf(value: unknown, holds: (member: unknown) => boolean): boolean {
  return isMap(value) && Object.values(value).every(holds);
}

/** A string of digits is as good as a number; 200.5 and 0 are not. */
function isStatusCode(value: unknown): boolean {
  const status = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}
