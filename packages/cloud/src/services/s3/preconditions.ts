/** What a caller wants to be true of an object before it is got or put. Source: S3 user guide, conditional-reads, conditional-writes (D). */
import { AwsError } from '../../aws-error.ts';
import type { StoredObject } from './state.ts';

export interface Preconditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

const failed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

const bare = (etag: string): string => etag.replaceAll('"', '');
const isOneOf = (etag: string, wanted: string): boolean =>
  wanted === '*' || wanted.split(',').some((it) => bare(it.trim()) === bare(etag));
/** HTTP's dates know no parts of a second. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

/** An entity tag that is named decides over a date that is named beside it. */
export function checkRead({ etag, modifiedAt }: StoredObject, asked: Preconditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = asked;
  if (IfMatch !== undefined) {
    if (!isOneOf(etag, IfMatch)) throw failed('If-Match');
  } else if (IfUnmodifiedSince !== undefined && seconds(modifiedAt) > seconds(IfUnmodifiedSince.getTime()))
    throw failed('If-Unmodified-Since');
  const isKnown =
    IfNoneMatch === undefined
      ? IfModifiedSince !== undefined && seconds(modifiedAt) <= seconds(IfModifiedSince.getTime())
      : isOneOf(etag, IfNoneMatch);
  if (isKnown) throw new AwsError('NotModified', 'Not Modified', 304);
}

export function checkWrite(
  current: StoredObject | undefined,
  key: string,
  { IfMatch, IfNoneMatch }: Preconditions,
): void {
  if (IfNoneMatch === '*' && current !== undefined) throw failed('If-None-Match');
  if (IfMatch === undefined) return;
  if (current === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  if (!isOneOf(current.etag, IfMatch)) throw failed('If-Match');
}

interface CopyPreconditions {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** A copy that would be told 304 as a read is refused: there is nothing that the caller has already. */
export function checkCopy(source: StoredObject, asked: CopyPreconditions): void {
  try {
    checkRead(source, {
      IfMatch: asked.CopySourceIfMatch,
      IfNoneMatch: asked.CopySourceIfNoneMatch,
      IfModifiedSince: asked.CopySourceIfModifiedSince,
      IfUnmodifiedSince: asked.CopySourceIfUnmodifiedSince,
    });
  } catch (error) {
    if (error instanceof AwsError && error.status === 304) throw failed('x-amz-copy-source-if-none-match');
    throw error;
  }
}
