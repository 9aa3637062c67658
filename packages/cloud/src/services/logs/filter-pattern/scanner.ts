import { PatternError } from './pattern-error.ts';

/** Reads a pattern's text from left to right. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  skipBlanks(): void {
    while (!this.done && /\s/.test(this.text.charAt(this.at))) this.at++;
  }

  /** Takes `token` when it comes next, after blanks. */
  take(token: string): boolean {
    this.skipBlanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  /** Takes what `sticky` (a regular expression with the `y` flag) matches here, without skipping blanks. */
  takeMatch(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** The content of a `"…"` that starts here; `\"` and `\\` stand for themselves. */
  takeQuoted(): string | undefined {
    const raw = this.takeMatch(/"(?:[^"\\]|\\[^])*"/y);
    if (raw !== undefined) return raw.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
    if (this.text.charAt(this.at) === '"') throw new PatternError(`A double quote is never closed: ${this.rest}`);
    return undefined;
  }

  /** The content of a `%…%` that starts here. */
  takeRegex(): string | undefined {
    const raw = this.takeMatch(/%[^%]*%/y);
    if (raw !== undefined) return raw.slice(1, -1);
    if (this.text.charAt(this.at) === '%') throw new PatternError(`A regular expression is never closed: ${this.rest}`);
    return undefined;
  }

  get rest(): string {
    return this.text.slice(this.at);
  }
}
