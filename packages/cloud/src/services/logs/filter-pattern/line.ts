import { AlikeJson } from '../../../alike-json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** `2026-11-23T10:00:00.000Z⇥<request id>⇥INFO⇥{…`: what a text-format function writes before a console line. */
const LAMBDA_PREFIX = /^\d[^\t\s]*Z\t[^\t]*\t[A-Z]+\t\s*(?=\{)/;
const OPENING_BRACE = 0x7b;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * One log event under scrutiny. Its JSON is parsed at most once, however many filters and EMF ask, and not
 * at all when none of them needs it.
 */
export class Line {
  readonly message: string;
  /** Does JSON begin at once, after Lambda's text prefix, or not at all? */
  readonly shape: 'json' | 'prefixed-json' | 'text';
  readonly #jsonStart: number;
  #parsed = false;
  #json: JsonObject | undefined;
  #hidden: boolean | undefined;
  #lacked: string | undefined;
  #words: readonly Word[] | undefined;

  constructor(message: string) {
    this.message = message;
    this.#jsonStart = findJson(message);
    this.shape =
      this.#jsonStart < 0
        ? 'text'
        : message.charCodeAt(0) >= ZERO && message.charCodeAt(0) <= NINE
          ? 'prefixed-json'
          : 'json';
  }

  /** The line's JSON object; undefined when it is none, or does not parse. */
  get json(): JsonObject | undefined {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#json = this.#jsonStart < 0 ? undefined : parseObject(this.message.slice(this.#jsonStart));
    }
    return this.#json;
  }

  /** Is it certain that the JSON has no `text`, plain ASCII in double quotes? Not when a `\u0041` may spell it. */
  lacks(text: string): boolean {
    // Filters of one group look for the same texts one after another.
    if (text === this.#lacked) return true;
    // A single character is found many times faster, and the one behind the quote is often not there.
    if (this.message.indexOf(text.charAt(1)) >= 0 && this.message.includes(text)) return false;
    this.#hidden ??= this.message.includes('\\u');
    if (this.#hidden) return false;
    this.#lacked = text;
    return true;
  }

  /** The line cut at blanks, for space-delimited patterns. */
  get words(): readonly Word[] {
    this.#words ??= cutAtBlanks(this.message);
    return this.#words;
  }
}

/** A field of a space-delimited line: its value, and where it starts in the line. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

function findJson(message: string): number {
  const first = message.charCodeAt(0);
  if (first === OPENING_BRACE) return 0;
  if (first >= ZERO && first <= NINE) return LAMBDA_PREFIX.exec(message)?.[0].length ?? -1;
  if (first > 0x20) return -1;
  const start = message.search(/\S/);
  return message.charCodeAt(start) === OPENING_BRACE ? start : -1;
}

/** Most lines come from a few places in the code, and differ in ids, times and numbers alone. */
const reader = new AlikeJson({ shares: true });

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = reader.read(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** A `[…]` run or a `"…"` run is one field, without its delimiters. Source: FP (D), rule 1.5.1. */
const WORD = /\[([^\]]*)\](?=\s|$)|"([^"]*)"(?=\s|$)|\S+/g;

function cutAtBlanks(message: string): Word[] {
  const words: Word[] = [];
  for (const found of message.matchAll(WORD))
    words.push({ text: found[1] ?? found[2] ?? found[0], start: found.index });
  return words;
}
