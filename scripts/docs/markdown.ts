/** What the generated pages are put together from. */

export const GENERATED =
  '<!-- Written by scripts/docs.ts from the tables of the code. Change those, then `pnpm run docs`. -->';

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** A table; a bar inside a cell is kept from ending it. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** `a` · `b` · `c` */
export const names = (all: readonly string[]): string => all.map((name) => `\`${name}\``).join(' · ');

/** The paragraphs of a page, with an empty line between them and one line end at its end. */
export const page = (...paragraphs: readonly string[]): string => `${paragraphs.join('\n\n')}\n`;

/** A passage of a page that is written by hand: what stands between its two marks. */
export function withPassage(text: string, name: string, passage: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = '<!-- end -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`There is no passage "${begin} … ${end}".`);
  return `${text.slice(0, from + begin.length)}\n\n${passage}\n\n${text.slice(to)}`;
}
