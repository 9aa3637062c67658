import { pageOf } from '../../page.ts';
import { invalidParameter } from './function-name.ts';

interface Asked {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** At most 50 a page, whatever is asked for. Source: Lambda API reference, ListFunctions (D). */
export function page<T>(all: readonly T[], { Marker: token, MaxItems = 50 }: Asked) {
  const { items, next } = pageOf(all, { token, size: Math.min(MaxItems, 50) }, () =>
    invalidParameter('Invalid Marker'),
  );
  return { items, next: next === undefined ? {} : { NextMarker: next } };
}
