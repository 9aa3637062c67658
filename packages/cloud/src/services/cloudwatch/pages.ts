import { AwsError } from '../../aws-error.ts';
import { constraintError } from './validation.ts';

interface Page<T> {
  readonly items: readonly T[];
  /** Spread into the output: present only when more remain. */
  readonly NextToken: { readonly NextToken?: string };
}

/** One page of a list; a token is the position where the next page begins. */
export function pageOf<T>(
  all: readonly T[],
  wanted: number | undefined,
  token: string | undefined,
  size: { readonly usual: number; readonly most: number },
): Page<T> {
  if (wanted !== undefined && (wanted < 1 || wanted > size.most))
    throw constraintError(
      wanted,
      'maxRecords',
      wanted < 1 ? 'have value greater than or equal to 1' : `have value less than or equal to ${size.most}`,
    );
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0 || from > all.length)
    throw new AwsError('InvalidNextToken', `The token '${token}' is invalid.`);
  const until = from + (wanted ?? size.usual);
  return { items: all.slice(from, until), NextToken: until < all.length ? { NextToken: String(until) } : {} };
}
