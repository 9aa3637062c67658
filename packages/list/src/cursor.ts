const VERSION = 'after:';
const CURSOR = /^[A-Za-z0-9_-]{1,100}$/;
const ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The opaque place after a unicorn, for a query string. Callers must not read it, so its form may change. */
export function cursorAfter(id: string): string {
  return Buffer.from(VERSION + id).toString('base64url');
}

/** The id behind a cursor, or undefined for anything that `cursorAfter` cannot have written. */
export function idBefore(cursor: string): string | undefined {
  if (!CURSOR.test(cursor)) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith(VERSION)) return undefined;
  const id = text.slice(VERSION.length);
  return ID.test(id) && cursorAfter(id) === cursor ? id : undefined;
}
