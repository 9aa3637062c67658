/** What a stream of this process can show. */

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'hasColors'>;

/** Node's own rules (FORCE_COLOR, TERM) and NO_COLOR decide about colour on a terminal; anything else gets plain text. */
export const showsColour = (stream: Stream): boolean =>
  stream.isTTY && stream.hasColors() && (process.env['NO_COLOR'] ?? '') === '';

/** Narrower, no line could be told from the next; wider, the eye loses its line. */
const [NARROWEST, WIDEST] = [60, 110];

/** How wide to write on a terminal. One that does not know how wide it is says 0. */
export function widthOf({ columns }: Pick<Stream, 'columns'>): number {
  if (!(columns > 0)) return 80;
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}
