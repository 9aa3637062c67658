/**
 * Finds the import and export declarations of an ECMAScript module, and `import.meta`, without building a tree. One
 * pass over the characters: strings, templates, comments and regular expressions are stepped over; a declaration is
 * `import` or `export` outside every bracket. What it is not sure of it reports as undefined, and the module is
 * then refused or loaded another way; it never guesses.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Import = Span & {
  readonly specifier: string;
  /** [exported name, local name]; `*` for the whole namespace. */
  readonly bindings: readonly (readonly [string, string])[];
};

export type Export = Span &
  (
    | { readonly kind: 'names'; readonly names: readonly (readonly [local: string, exported: string])[] }
    | { readonly kind: 'from'; readonly specifier: string; readonly names: readonly (readonly [string, string])[] }
    /** `export ` before a declaration of `names`, which stays; the span covers the keyword alone. */
    | { readonly kind: 'declaration'; readonly names: readonly string[] }
    /** `export default ` before a named function or class. */
    | { readonly kind: 'default-declaration'; readonly name: string }
    | { readonly kind: 'default-expression' }
  );

export interface ModuleScan {
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** Where `import.meta` stands. */
  readonly metas: readonly number[];
}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy;
const BEFORE_REGEX = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await default'.split(' '),
);

interface Cursor {
  readonly text: string;
  at: number;
  readonly open: { readonly bracket: string; readonly beforeRegex: boolean }[];
  /** The last token ended an expression: a slash after it divides. */
  afterValue: boolean;
  lastWord: string;
}

export function scanModule(text: string): ModuleScan | undefined {
  const cursor: Cursor = { text, at: 0, open: [], afterValue: false, lastWord: '' };
  const imports: Import[] = [];
  const exports: Export[] = [];
  const metas: number[] = [];
  while (cursor.at < text.length) {
    const start = cursor.at;
    const word = stepOver(cursor);
    if (word === undefined) return undefined;
    if (word === 'import') {
      const rest = /\s*\.\s*meta\b/y;
      rest.lastIndex = cursor.at;
      if (text.startsWith('.meta', cursor.at)) metas.push(start);
      else if (rest.test(text)) return undefined;
      else if (cursor.open.length === 0 && !/^\s*\(/.test(text.slice(cursor.at, cursor.at + 20))) {
        const found = importAt(text, start);
        if (found === undefined) return undefined;
        imports.push(found);
        leave(cursor, found.end);
      }
    } else if (word === 'export' && cursor.open.length === 0 && text[start - 1] !== '.') {
      const found = exportAt(text, start);
      if (found === undefined) return undefined;
      exports.push(found);
      leave(cursor, found.end);
    }
  }
  return cursor.open.length === 0 ? { imports, exports, metas } : undefined;
}

function leave(cursor: Cursor, at: number): void {
  cursor.at = at;
  cursor.afterValue = false;
  cursor.lastWord = '';
}

/** Steps over one token. Returns the word it was, '' for anything else, undefined when lost. */
function stepOver(cursor: Cursor): string | undefined {
  const { text } = cursor;
  const c = text[cursor.at] ?? '';
  if (c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\uFEFF') {
    cursor.at++;
    return '';
  }
  if (c === '/') return slash(cursor);
  if (c === '"' || c === "'") return endOf(cursor, stringEnd(text, cursor.at));
  if (c === '`') return template(cursor);
  if (c === '(' || c === '[' || c === '{') return open(cursor, c);
  if (c === ')' || c === ']' || c === '}') return close(cursor, c);
  if (c === '#' && text.startsWith('#!', cursor.at) && cursor.at === 0) {
    cursor.at = lineEnd(text, cursor.at);
    return '';
  }
  return word(cursor) ?? punctuation(cursor, c);
}

/** Where a run of ASCII letters, digits, `$` and `_` ends. */
function asciiEnd(text: string, at: number): number {
  let i = at;
  for (;;) {
    const code = text.charCodeAt(i) | 0x20;
    const c = text.charCodeAt(i);
    if (!((code >= 0x61 && code <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x24 || c === 0x5f)) return i;
    i++;
  }
}

const isDigit = (c: string): boolean => c >= '0' && c <= '9';

function word(cursor: Cursor): string | undefined {
  const found = wordAt(cursor.text, cursor.at);
  if (found === undefined) return undefined;
  const isMember = cursor.text[cursor.at - 1] === '.' && cursor.text[cursor.at - 2] !== '.';
  cursor.at += found.length;
  cursor.lastWord = isMember ? '.' : found;
  cursor.afterValue = isMember || !BEFORE_REGEX.has(found);
  return isMember ? '' : found;
}

function wordAt(text: string, at: number): string | undefined {
  const end = asciiEnd(text, at);
  const isPlain = end > at && !isDigit(text[at] ?? '') && text.charCodeAt(end) < 0x80;
  if (isPlain) return text.slice(at, end);
  if (end === at && text.charCodeAt(at) < 0x80) return undefined;
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0];
}

const NUMBER = /[\d.][\w.]*/y;

function punctuation(cursor: Cursor, c: string): string {
  if (isDigit(c)) {
    NUMBER.lastIndex = cursor.at;
    cursor.at += NUMBER.exec(cursor.text)?.[0].length ?? 1;
    cursor.afterValue = true;
  } else {
    // `x++ / y` divides; after any other operator a slash begins a regular expression.
    const doubled = (c === '+' || c === '-') && cursor.text[cursor.at + 1] === c;
    cursor.at += doubled ? 2 : 1;
    if (!doubled) cursor.afterValue = false;
  }
  cursor.lastWord = '';
  return '';
}

function slash(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  if (text[at + 1] === '/') {
    cursor.at = lineEnd(text, at);
    return '';
  }
  if (text[at + 1] === '*') {
    const end = text.indexOf('*/', at + 2);
    if (end < 0) return undefined;
    cursor.at = end + 2;
    return '';
  }
  if (!cursor.afterValue) return endOf(cursor, regexEnd(text, at));
  cursor.at++;
  cursor.afterValue = false;
  cursor.lastWord = '';
  return '';
}

function endOf(cursor: Cursor, end: number | undefined): string | undefined {
  if (end === undefined) return undefined;
  cursor.at = end;
  cursor.afterValue = true;
  cursor.lastWord = '';
  return '';
}

function open(cursor: Cursor, bracket: string): string {
  const beforeRegex =
    bracket === '(' ? /^(if|while|for|with)$/.test(cursor.lastWord) : bracket === '{' && isBlock(cursor);
  cursor.open.push({ bracket, beforeRegex });
  cursor.at++;
  cursor.afterValue = false;
  cursor.lastWord = '';
  return '';
}

/** After a block's brace a slash begins a regular expression, after an object's it divides. */
function isBlock({ text, at }: Cursor): boolean {
  let end = at;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  if (end === 0 || ';{})'.includes(text[end - 1] ?? '')) return true;
  if (text.startsWith('=>', end - 2)) return true;
  return /\b(?:else|do|try|finally)$/.test(text.slice(Math.max(0, end - 8), end));
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

function close(cursor: Cursor, bracket: string): string | undefined {
  const opened = cursor.open.pop();
  if (opened === undefined) return undefined;
  if (bracket === '}' && opened.bracket === '`') return templateRest(cursor, cursor.at + 1);
  if ('([{'.indexOf(opened.bracket) !== ')]}'.indexOf(bracket)) return undefined;
  cursor.at++;
  cursor.afterValue = !opened.beforeRegex;
  cursor.lastWord = '';
  return '';
}

const template = (cursor: Cursor): string | undefined => templateRest(cursor, cursor.at + 1);

function templateRest(cursor: Cursor, from: number): string | undefined {
  const { text } = cursor;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '`') return endOf(cursor, i + 1);
    else if (c === '$' && text[i + 1] === '{') {
      cursor.open.push({ bracket: '`', beforeRegex: false });
      cursor.at = i + 2;
      cursor.afterValue = false;
      cursor.lastWord = '';
      return '';
    }
  }
  return undefined;
}

function stringEnd(text: string, at: number): number | undefined {
  const quote = text[at];
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i + 1;
    else if (text[i] === '\n') return undefined;
  }
  return undefined;
}

function regexEnd(text: string, at: number): number | undefined {
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '\n') return undefined;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) {
      const flags = /[a-z]*/y;
      flags.lastIndex = i + 1;
      return i + 1 + (flags.exec(text)?.[0].length ?? 0);
    }
  }
  return undefined;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const ID = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const FROM = String.raw`\s*from\s*(?:"(?<dq>[^"\\\n]*)"|'(?<sq>[^'\\\n]*)')(?:\s*with\s*\{[^}]*\})?\s*?;?`;
const BARE_IMPORT = /import\s*(?:"(?<dq>[^"\\\n]*)"|'(?<sq>[^'\\\n]*)')(?:\s*with\s*\{[^}]*\})?\s*?;?/uy;
const IMPORT = new RegExp(
  String.raw`import(?:\s+(?<first>${ID})\s*,?)?\s*(?:\*\s*as\s+(?<space>${ID})|\{(?<names>[^}]*)\})?${FROM}`,
  'uy',
);
const EXPORT_NAMES = /export\s*\{(?<names>[^}]*)\}/uy;
const EXPORT_FROM = new RegExp(
  String.raw`export\s*(?:\*(?:\s*as\s+(?<space>${ID}))?|\{(?<names>[^}]*)\})${FROM}`,
  'uy',
);
const EXPORT_DEFAULT_NAMED = new RegExp(
  String.raw`export\s+default\s+(?=(?:async\s+function|function|class)\s*\*?\s*(?!extends\b)(?<name>${ID}))`,
  'uy',
);
const EXPORT_DEFAULT = /export\s+default(?![\p{ID_Continue}$])/uy;
const EXPORT_FUNCTION = new RegExp(
  String.raw`export\s+(?=(?:async\s+function|function|class)\s*\*?\s*(?<name>${ID}))`,
  'uy',
);
const EXPORT_VARIABLE = new RegExp(String.raw`export\s+(?=(?:const|let|var)\s+(?<name>${ID})\s*[=;])`, 'uy');

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function importAt(text: string, start: number): Import | undefined {
  const found = match(BARE_IMPORT, text, start) ?? match(IMPORT, text, start);
  const groups = found?.groups;
  if (found === undefined || groups === undefined) return undefined;
  const bindings: (readonly [string, string])[] = [];
  if (groups['first'] !== undefined) bindings.push(['default', groups['first']]);
  if (groups['space'] !== undefined) bindings.push(['*', groups['space']]);
  const names = namesOf(groups['names'] ?? '');
  if (names === undefined) return undefined;
  bindings.push(...names);
  return { start, end: start + found[0].length, specifier: groups['dq'] ?? groups['sq'] ?? '', bindings };
}

/** `a, b as c` → [['a', 'a'], ['b', 'c']]. Names in quotes and comments are beyond this reader. */
function namesOf(list: string): (readonly [string, string])[] | undefined {
  const names: (readonly [string, string])[] = [];
  for (const part of list.split(',')) {
    if (part.trim() === '') continue;
    const [, from, to] = new RegExp(String.raw`^\s*(${ID})(?:\s+as\s+(${ID}))?\s*$`, 'u').exec(part) ?? [];
    if (from === undefined) return undefined;
    names.push([from, to ?? from]);
  }
  return names;
}

function exportAt(text: string, start: number): Export | undefined {
  const from = match(EXPORT_FROM, text, start);
  if (from?.groups !== undefined) return reExport(from, start);
  const list = match(EXPORT_NAMES, text, start);
  if (list?.groups !== undefined) {
    const names = namesOf(list.groups['names'] ?? '');
    return names === undefined ? undefined : { kind: 'names', names, start, end: start + list[0].length };
  }
  const named = match(EXPORT_DEFAULT_NAMED, text, start);
  if (named?.groups?.['name'] !== undefined)
    return { kind: 'default-declaration', name: named.groups['name'], start, end: start + named[0].length };
  const expression = match(EXPORT_DEFAULT, text, start);
  if (expression !== undefined) return { kind: 'default-expression', start, end: start + expression[0].length };
  const declared = match(EXPORT_FUNCTION, text, start) ?? match(EXPORT_VARIABLE, text, start);
  if (declared?.groups?.['name'] === undefined) return undefined;
  if (declaresMore(text, start)) return undefined;
  return { kind: 'declaration', names: [declared.groups['name']], start, end: start + declared[0].length };
}

function reExport(found: RegExpExecArray, start: number): Export | undefined {
  const groups = found.groups ?? {};
  const specifier = groups['dq'] ?? groups['sq'] ?? '';
  const span = { start, end: start + found[0].length };
  if (groups['space'] !== undefined) return { kind: 'from', specifier, names: [['*', groups['space']]], ...span };
  if (groups['names'] === undefined) return { kind: 'from', specifier, names: [['*', '*']], ...span };
  const names = namesOf(groups['names']);
  return names === undefined ? undefined : { kind: 'from', specifier, names, ...span };
}

/** Does `export const a = 1, b = 2` declare a second name? Looks for a comma outside brackets before the semicolon. */
function declaresMore(text: string, start: number): boolean {
  if (!/^export\s+(const|let|var)\b/.test(text.slice(start, start + 40))) return false;
  const cursor: Cursor = { text, at: start, open: [], afterValue: false, lastWord: '' };
  while (cursor.at < text.length) {
    const at = cursor.at;
    if (cursor.open.length === 0 && text[at] === ';') return false;
    if (cursor.open.length === 0 && text[at] === ',') return true;
    const step = stepOver(cursor);
    if (step === undefined) return true;
    if (cursor.open.length === 0 && at > start && (step === 'export' || step === 'import')) return false;
  }
  return false;
}
