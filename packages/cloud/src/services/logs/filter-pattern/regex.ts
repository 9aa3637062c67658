import { PatternError } from './pattern-error.ts';

/** Letters, digits, blank, `: _ # = @ / ; , -` and the operators. Source: FP (D), rules 1.3.1 and 1.3.2. */
const ALLOWED = /^[A-Za-z0-9 :_#=@/;,\-^$?[\]{}|\\*+.]*$/;
const ESCAPES = /^[dDsSwW^$?[\]{}|\\*+.:_#=@/;,-]$/;

/** All but tab, newline and blank, as it can stand inside brackets. */
const NO_BLANK_IN_CLASS = String.raw`\0-\x08\x0b-\x1f!-\uffff`;

/**
 * A regular expression between two `%` as CloudWatch Logs reads it: a search without flags. JavaScript
 * differs in `\s` (tab, blank, newline only) and in `{,n}`, which it takes literally.
 */
export function compileRegex(source: string): RegExp {
  if (source === '') throw new PatternError('The regular expression between the two % is empty.');
  if (!ALLOWED.test(source))
    throw new PatternError(
      `The regular expression %${source}% holds a character that is not allowed; write it as \\xhh.`,
      `Invalid character(s) in term '%${source}%'`,
    );
  try {
    return new RegExp(translate(source));
  } catch (cause) {
    if (cause instanceof PatternError) throw cause;
    throw new PatternError(`%${source}% is not a regular expression: ${(cause as Error).message}`);
  }
}

function translate(source: string): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '\\') {
      const [text, length] = translateEscape(source, i, inClass);
      out += text;
      i += length - 1;
    } else if (char === '{' && !inClass && source.charAt(i + 1) === ',') {
      out += '{0';
    } else {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      out += char;
    }
  }
  return out;
}

function translateEscape(source: string, at: number, inClass: boolean): [text: string, length: number] {
  const next = source.charAt(at + 1);
  if (next === 's') return [inClass ? String.raw` \t\n` : String.raw`[ \t\n]`, 2];
  if (next === 'S') return [inClass ? NO_BLANK_IN_CLASS : String.raw`[^ \t\n]`, 2];
  if (next === 'x' && /^[0-9A-Fa-f]{2}$/.test(source.slice(at + 2, at + 4))) return [source.slice(at, at + 4), 4];
  if (!ESCAPES.test(next)) throw new PatternError(`%${source}% has the escape \\${next}, which is not allowed.`);
  return [`\\${next}`, 2];
}
