import { AwsError } from '../../aws-error.ts';
import { pageOf } from '../../page.ts';

/** 100 a page. */
export function page<T>(all: readonly T[], token: string | undefined) {
  const { items, next } = pageOf(
    all,
    { token, size: 100 },
    () => new AwsError('InvalidNextTokenException', 'The next token was specified in an invalid format.'),
  );
  return { items, next: next === undefined ? {} : { nextToken: next } };
}
