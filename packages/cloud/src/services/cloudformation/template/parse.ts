/**
 * Template text → values with their lines. YAML and JSON are one language here. The tree is walked by hand,
 * since a short form (`!Sub`) becomes its long form whatever it stands on, and a scalar that JavaScript would
 * write differently (`1.0`, `012345678901`, an unquoted date) keeps its letters, as on CloudFormation.
 */
import { isAlias, isMap as isYamlMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Alias, Document, ParsedNode, Tags } from 'yaml';
import { Problems } from './problems.ts';
import type { Source } from './problems.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { isMap, textOf } from './template-value.ts';

export interface ParsedTemplate {
  readonly body: ValueMap;
  /** Path, as JSON → line. What `nearestLine` reads. */
  readonly lines: ReadonlyMap<string, number>;
  readonly source: Source;
  readonly problems: Problems;
}

const SHORT_FORMS = new Set(
  (
    'And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString ' +
    'Transform ' +
    // Of the section Rules alone.
    'Contains EachMemberEquals EachMemberIn RefAll ValueOf ValueOfAll'
  ).split(' '),
);

/** Told to the parser, which would make a warning of each use of a tag that it does not know. They mean nothing to it. */
const TAGS: Tags = ['Ref', 'Condition', ...SHORT_FORMS].flatMap((name): Tags => {
  const tag = `!${name}`;
  return [
    { tag, resolve: (text: string) => text },
    { tag, collection: 'map' },
    { tag, collection: 'seq' },
  ];
});

/** Source: CFNG:template-formats (D) */
const NOT_TAKEN = new Set(['binary', 'omap', 'pairs', 'set', 'timestamp'].map((name) => `tag:yaml.org,2002:${name}`));

/** No template is nested like that; the recursion over it has to end somewhere. */
const MOST_LEVELS = 500;
/** Aliases should not make more of a template than could be written out in its megabyte. */
const MOST_VALUES = 100_000;
const TOO_MANY = `Template format error: its aliases stand for more than ${MOST_VALUES} values.`;
const TOO_DEEP = `Template format error: nested more than ${MOST_LEVELS} levels deep.`;

/** Parses a template. What is wrong goes into `problems`; a body is always returned, empty at worst. */
export function parseTemplate(text: string, fileName: string): ParsedTemplate {
  const counter = new LineCounter();
  const lines = new Map<string, number>();
  const source: Source = { fileName, lineOf: (path) => nearestLine(lines, path) };
  const problems = new Problems(source);
  const document = parseDocument(tabsOutOfJson(text), {
    lineCounter: counter,
    merge: true,
    version: '1.2',
    customTags: TAGS,
    prettyErrors: false,
  });
  if (document.errors.some(({ message }) => /call stack|Stack overflow/i.test(message))) {
    problems.add([], TOO_DEEP);
    return { body: {}, lines, source, problems };
  }
  const reader = new Reader(document, counter, lines, problems);
  reader.reportSyntax();
  const body = document.contents === null ? {} : reader.read(document.contents, []);
  if (!isMap(body)) {
    problems.add([], 'Template format error: unsupported structure. A template is a map with a Resources section.');
    return { body: {}, lines, source, problems };
  }
  return { body, lines, source, problems };
}

/** JSON may be indented with tabs, YAML may not. Only leading tabs are replaced, so that no text changes. */
const tabsOutOfJson = (text: string): string =>
  text.trimStart().startsWith('{') ? text.replaceAll(/^\t+/gm, (tabs) => ' '.repeat(tabs.length)) : text;

const keyOf = (path: Path): string => JSON.stringify(path);

/** The line of the value at `path`, or of its nearest ancestor that is written down. */
export function nearestLine(lines: ReadonlyMap<string, number>, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(keyOf(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #counter: LineCounter;
  readonly #lines: Map<string, number>;
  readonly #problems: Problems;
  /** Anchored values that are being read: an alias to one of them would never end. */
  readonly #open = new Set<unknown>();
  /** Values that are read once more, through an alias. */
  #values = 0;

  constructor(document: Document.Parsed, counter: LineCounter, lines: Map<string, number>, problems: Problems) {
    this.#document = document;
    this.#counter = counter;
    this.#lines = lines;
    this.#problems = problems;
  }

  reportSyntax(): void {
    for (const error of this.#document.errors) {
      const line = this.#counter.linePos(error.pos[0]).line;
      const message =
        error.code === 'MULTIPLE_DOCS'
          ? 'a template is one document, and this file holds several (---).'
          : firstLine(error.message);
      this.#reportAt(line, `Template format error: ${message}`);
    }
  }

  read(node: ParsedNode | null, path: Path, line?: number): Value {
    const at = line ?? (node === null ? undefined : this.#lineOf(node));
    if (at !== undefined) this.#lines.set(keyOf(path), at);
    if (node === null) return this.#nothing(path);
    if (path.length > MOST_LEVELS) return this.#refused(node, TOO_DEEP);
    if (this.#open.size > 0 && ++this.#values > MOST_VALUES)
      return this.#values === MOST_VALUES + 1 ? this.#refused(node, TOO_MANY) : '';
    return isAlias(node) ? this.#alias(node, path, at) : this.#tagged(node, path);
  }

  #alias(node: Alias.Parsed, path: Path, line: number | undefined): Value {
    const target = node.resolve(this.#document);
    if (target === undefined) return '';
    if (this.#open.has(target))
      return this.#refused(node, `Template format error: the alias *${node.source} stands for something around it.`);
    this.#open.add(target);
    const value = this.read(target as ParsedNode, path, line);
    this.#open.delete(target);
    return value;
  }

  #refused(node: ParsedNode, message: string): string {
    this.#reportAt(this.#lineOf(node), message);
    return '';
  }

  #tagged(node: ParsedNode, path: Path): Value {
    const tag = node.tag;
    if (tag !== undefined && NOT_TAKEN.has(tag)) {
      const name = tag.slice(tag.lastIndexOf(':') + 1);
      return this.#refused(node, `Template format error: CloudFormation does not take the YAML tag !!${name}.`);
    }
    if (tag === undefined || !tag.startsWith('!') || tag === '!') return this.#plain(node, path);
    const name = tag.slice(1);
    const isBare = name === 'Ref' || name === 'Condition';
    if (!isBare && !SHORT_FORMS.has(name)) {
      this.#reportAt(this.#lineOf(node), `Template format error: YAML not well-formed, unknown tag ${tag}.`);
      return this.#plain(node, path);
    }
    const key = isBare ? name : `Fn::${name}`;
    this.#lines.set(keyOf([...path, key]), this.#lineOf(node));
    const argument = this.#plain(node, [...path, key]);
    return name === 'GetAtt' && typeof argument === 'string'
      ? { [key]: splitAttribute(argument) }
      : { [key]: argument };
  }

  #plain(node: ParsedNode, path: Path): Value {
    if (isYamlMap(node)) return this.#map(node, path);
    if (isSeq(node)) return node.items.map((item, i) => this.read(item as ParsedNode | null, [...path, i]));
    if (!isScalar(node)) return this.#nothing(path);
    if (node.value === null) return node.tag?.startsWith('!') ? '' : this.#nothing(path);
    return node.type === 'PLAIN' ? plainScalar(node.value, node.source ?? '') : scalarText(node.value);
  }

  #map(node: Extract<ParsedNode, { items: unknown }> & { items: unknown[] }, path: Path): ValueMap {
    const out: Record<string, Value> = {};
    for (const pair of node.items as { key: ParsedNode; value: ParsedNode | null }[]) {
      if (!isScalar(pair.key) || pair.key.value === null) {
        this.#reportAt(this.#lineOf(pair.key), 'Template format error: a key is a text.');
        continue;
      }
      const key = pair.key.source ?? textOf(pair.key.value as Value);
      const value = this.read(pair.value, [...path, key], this.#lineOf(pair.key));
      if (key === '<<') merge(out, value);
      else if (key === '__proto__')
        this.#problems.add([...path, key], 'A key named __proto__ cannot be rehearsed. Rename it.');
      else out[key] = value;
    }
    return out;
  }

  #nothing(path: Path): null {
    if (path.length > 0)
      this.#problems.add(
        path,
        `Template format error: [/${path.join('/')}] 'null' values are not allowed in templates.`,
      );
    return null;
  }

  #lineOf(node: ParsedNode): number {
    return this.#counter.linePos(node.range[0]).line;
  }

  #reportAt(line: number, message: string): void {
    const key = `line ${line}`;
    this.#lines.set(keyOf([key]), line);
    this.#problems.add([key], message);
    this.#lines.delete(keyOf([key]));
  }
}

/** YAML merge keys: what is written beside `<<` wins. */
function merge(out: Record<string, Value>, value: Value): void {
  for (const source of Array.isArray(value) ? value : [value])
    if (isMap(source)) for (const [key, item] of Object.entries(source)) out[key] ??= item;
}

/** `List.Arn.More` → the logical id and all the rest. */
const splitAttribute = (text: string): readonly string[] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
};

/** CloudFormation reads YAML 1.1's words for booleans; of numbers it keeps the letters. */
function plainScalar(value: unknown, source: string): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return String(value) === source ? value : source;
  if (/^(?:yes|on)$/i.test(source)) return true;
  if (/^(?:no|off)$/i.test(source)) return false;
  return scalarText(value);
}

const scalarText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const firstLine = (text: string): string => (text.split('\n')[0] ?? text).replace(/[.:]?$/, '.');
