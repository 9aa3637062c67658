import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { PageRequest } from './catalogue.ts';
import { idBefore } from './cursor.ts';
import { badRequest, type InvalidParameter } from './problem.ts';

/** The parts of an API Gateway REST proxy event that are read here. Nothing about them is taken for granted. */
export type ListEvent = Partial<
  Pick<APIGatewayProxyEvent, 'httpMethod' | 'queryStringParameters' | 'multiValueQueryStringParameters'>
> | null;

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Reads `limit` and `cursor`; throws one 400 that names everything wrong. Parameters that are not ours are ignored. */
export function readPageRequest(event: ListEvent): PageRequest {
  const errors: InvalidParameter[] = [];
  if (event?.httpMethod !== 'GET') errors.push({ parameter: 'method', detail: 'Unicorns can be listed by GET only.' });
  const limit = readLimit(valuesOf(event, 'limit'), errors);
  const after = readCursor(valuesOf(event, 'cursor'), errors);
  if (errors.length > 0) throw badRequest(errors);
  return after === undefined ? { limit } : { limit, after };
}

function readLimit(values: readonly string[], errors: InvalidParameter[]): number {
  const [value, ...others] = values;
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = /^[1-9][0-9]{0,2}$/.test(value) && others.length === 0 ? Number(value) : 0;
  if (limit < 1 || limit > MAX_LIMIT) {
    errors.push({ parameter: 'limit', detail: `limit must be one whole number from 1 to ${MAX_LIMIT}.` });
  }
  return limit;
}

function readCursor(values: readonly string[], errors: InvalidParameter[]): string | undefined {
  const [value, ...others] = values;
  if (value === undefined) return undefined;
  const after = others.length === 0 ? idBefore(value) : undefined;
  if (after === undefined) {
    errors.push({ parameter: 'cursor', detail: 'cursor must be one nextCursor of an earlier page, unchanged.' });
  }
  return after;
}

/**
 * All values of a query parameter; one that is no string counts as a wrong value. The single-value map keeps only the
 * last one. Source: reference 5.4 (S).
 */
function valuesOf(event: ListEvent, name: string): readonly string[] {
  const many: unknown = event?.multiValueQueryStringParameters?.[name];
  const values = Array.isArray(many) ? many : [];
  const one: unknown = event?.queryStringParameters?.[name];
  const all: unknown[] = values.length > 0 || isAbsent(one) ? values : [one];
  return all.map((value) => (typeof value === 'string' ? value : ''));
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
