/** One page of a list. A token is the position where it begins, in a form that says nothing. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The token of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** `invalid` is what the service throws for a token that it has not given. */
export function pageOf<T>(
  all: readonly T[],
  asked: { readonly token: string | undefined; readonly size: number },
  invalid: () => Error,
): Page<T> {
  const position = asked.token === undefined ? '0' : Buffer.from(asked.token, 'base64url').toString();
  const from = Number(position);
  if (!/^\d+$/.test(position) || from > all.length) throw invalid();
  const until = from + asked.size;
  const next = until < all.length ? Buffer.from(String(until)).toString('base64url') : undefined;
  return { items: all.slice(from, until), next };
}
