import { AwsError } from '../../aws-error.ts';
import { pageOf } from '../../page.ts';

interface Asked {
  readonly Limit?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** At most 100 a page. */
export function page<T>(all: readonly T[], { Limit: size = 100, NextToken: token }: Asked) {
  const { items, next } = pageOf(
    all,
    { token, size },
    () => new AwsError('ValidationException', 'Token is not valid.'),
  );
  return { items, next: next === undefined ? {} : { NextToken: next } };
}
