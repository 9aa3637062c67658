import { AwsError } from '../../aws-error.ts';

/** One page of a list, and the token of the next: the position where it begins. */
export function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0 || from > all.length)
    throw new AwsError('ValidationError', `Invalid NextToken: ${token}`);
  const until = from + size;
  return { items: all.slice(from, until), next: until < all.length ? { NextToken: String(until) } : {} };
}
