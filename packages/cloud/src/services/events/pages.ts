import { AwsError } from '../../aws-error.ts';

/** One page of a list; a token is the position where the next page begins, in a form that says nothing. */
export function pageOf<T>(
  all: readonly T[],
  { Limit = 100, NextToken }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0 || from > all.length)
    throw new AwsError('ValidationException', 'Token is not valid.');
  const until = from + Limit;
  const next = until < all.length ? { NextToken: Buffer.from(String(until)).toString('base64url') } : {};
  return { items: all.slice(from, until), next };
}
