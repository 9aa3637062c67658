import { styleText } from 'node:util';

/** How text looks: with colour on a terminal that has it, plain everywhere else. */
export interface Style {
  readonly hasColour: boolean;
  /** Columns at most. */
  readonly width: number;
  /** Lines that AWS's reasons may take; the rest of a longer one is left out. */
  readonly reasonLines: number;
}

export const PLAIN: Style = { hasColour: false, width: 80, reasonLines: Number.POSITIVE_INFINITY };

type Format = Parameters<typeof styleText>[0];

export const paint = (style: Style, format: Format, text: string): string =>
  style.hasColour ? styleText(format, text, { validateStream: false }) : text;

/** `03:07`; minutes may have more digits. */
export function clock(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const text = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return ms < 0 && seconds > 0 ? `-${text}` : text;
}

/** Breaks text at spaces so that no line is longer than `width`; words that are longer are cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((it) => pieces(it, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

function pieces(word: string, width: number): string[] {
  const all: string[] = [];
  for (let at = 0; at < word.length; at += width) all.push(word.slice(at, at + width));
  return all;
}

/** The first lines of a text, with a sign that there was more. */
export function shorten(lines: readonly string[], most: number, width: number): readonly string[] {
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  const cut = last.length <= width - 2 ? last : last.slice(0, last.lastIndexOf(' ', width - 2));
  return [...lines.slice(0, most - 1), `${cut} …`];
}
