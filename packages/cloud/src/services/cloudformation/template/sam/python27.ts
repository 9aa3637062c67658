/**
 * The id of an API deployment is a hash over how Python 2.7 printed the API's body: in the order of its hash
 * tables, text from the template as `u'…'`. SAM keeps that for ever, so that ids stay what they were; here is as
 * much of it as the ids need. Source: ST:utils/py27hash_fix.py, ST:third_party/py27hash; CPython 2.7 dictobject.c
 */
import type { Value, ValueMap } from '../template-value.ts';
import { isList, isMap } from '../template-value.ts';

/** Text that came from the template, rather than from SAM itself. */
export class Unicode {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Text = string | Unicode;
export type Py = null | boolean | number | Text | readonly Py[] | PythonDict | PlainDict;

export const textIn = (text: Text): string => (typeof text === 'string' ? text : text.text);

/** A dictionary that keeps the order of its insertions, as all do since Python 3. */
export class PlainDict {
  readonly entries: readonly (readonly [Text, Py])[];

  constructor(entries: readonly (readonly [Text, Py])[]) {
    this.entries = entries;
  }
}

const SMALLEST = 8;
const PERTURB_SHIFT = 5n;
const GONE = Symbol('a key that was removed');

/** A dictionary in the order of Python 2.7: that of the slots of an open-addressed hash table. */
export class PythonDict {
  readonly #values = new Map<string, Py>();
  #slots = new Map<number, Text | typeof GONE>();
  #size = 0;
  #filled = 0;
  #mask = SMALLEST - 1;

  static of(entries: readonly (readonly [Text, Py])[]): PythonDict {
    const out = new PythonDict();
    for (const [key, value] of entries) out.set(key, value);
    return out;
  }

  get(key: string): Py | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: Text, value: Py): this {
    this.#values.set(textIn(key), value);
    this.#add(key);
    return this;
  }

  delete(key: string): void {
    this.#values.delete(key);
    const slot = this.#slotOf(key);
    const found = this.#slots.get(slot);
    if (found === undefined || found === GONE) return;
    this.#slots.set(slot, GONE);
    this.#size--;
  }

  keys(): readonly Text[] {
    const slots = [...this.#slots].toSorted(([a], [b]) => a - b);
    return slots.flatMap(([, key]) => (key === GONE ? [] : [key]));
  }

  entries(): readonly (readonly [Text, Py])[] {
    return this.keys().map((key) => [key, this.#values.get(textIn(key)) ?? null] as const);
  }

  #add(key: Text): void {
    const before = this.#size;
    const slot = this.#slotOf(textIn(key));
    const found = this.#slots.get(slot);
    if (found === undefined) this.#filled++;
    if (found === undefined || found === GONE) {
      this.#size++;
      this.#slots.set(slot, key);
    }
    // Two thirds full: the table grows to four times what it holds.
    if (this.#size > before && this.#filled * 3 >= (this.#mask + 1) * 2) this.#resize(this.#size * 4);
  }

  #resize(wanted: number): void {
    let size = SMALLEST;
    while (size <= wanted) size *= 2;
    const keys = this.keys();
    this.#mask = size - 1;
    this.#slots = new Map();
    this.#size = 0;
    this.#filled = 0;
    for (const key of keys) this.#add(key);
  }

  #slotOf(key: string): number {
    const mask = BigInt(this.#mask);
    let perturb = stringHash(key);
    let walker = perturb & mask;
    let free: number | undefined;
    for (;;) {
      const slot = Number(walker & mask);
      const found = this.#slots.get(slot);
      if (found === undefined) return free ?? slot;
      if (found === GONE) free ??= slot;
      else if (textIn(found) === key) return slot;
      walker = walker * 5n + perturb + 1n;
      perturb >>= PERTURB_SHIFT;
    }
  }
}

const MULTIPLIER = 1_000_003n;
/** The same few keys are everywhere in a template. */
const hashes = new Map<string, bigint>();

function stringHash(text: string): bigint {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  if (hashes.size > 10_000) hashes.clear();
  const hash = computeHash(text);
  hashes.set(text, hash);
  return hash;
}

/** Python 2.7's hash of a string, as an unsigned 64-bit number. */
function computeHash(text: string): bigint {
  const codes = Array.from(text, (character) => BigInt(character.codePointAt(0) ?? 0));
  const first = codes[0];
  if (first === undefined) return 0n;
  let hash = first << 7n;
  for (const code of codes) hash = BigInt.asUintN(64, hash * MULTIPLIER) ^ code;
  hash = BigInt.asUintN(64, hash ^ BigInt(codes.length));
  return hash === 2n ** 64n - 1n ? 2n ** 64n - 2n : hash;
}

/** `copy.deepcopy`: a dictionary is filled anew, in the order that it has. */
export function deepCopy(value: Py): Py {
  if (value instanceof PythonDict) return copyDict(value);
  if (value instanceof PlainDict) return new PlainDict(value.entries.map(([key, item]) => [key, deepCopy(item)]));
  return isPyList(value) ? value.map(deepCopy) : value;
}

export const copyDict = (dict: PythonDict): PythonDict =>
  PythonDict.of(dict.entries().map(([key, item]) => [key, deepCopy(item)]));

export const isPyList = (value: Py): value is readonly Py[] => Array.isArray(value);

/** What the template says: all its text is Unicode, all its maps are Python 2.7's. */
export function fromTemplate(value: Value): Py {
  if (typeof value === 'string') return new Unicode(value);
  if (isList(value)) return value.map(fromTemplate);
  return isMap(value) ? dictFromTemplate(value) : value;
}

export const dictFromTemplate = (map: ValueMap): PythonDict =>
  PythonDict.of(Object.entries(map).map(([key, item]) => [new Unicode(key), fromTemplate(item)]));

export function toValue(value: Py): Value {
  if (value instanceof Unicode) return value.text;
  if (value instanceof PythonDict) return entriesToMap(value.entries());
  if (value instanceof PlainDict) return entriesToMap(value.entries);
  return isPyList(value) ? value.map(toValue) : value;
}

export const entriesToMap = (entries: readonly (readonly [Text, Py])[]): ValueMap =>
  Object.fromEntries(entries.map(([key, item]) => [textIn(key), toValue(item)]));

/** `repr(value)` */
export function printed(value: Py): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value.replaceAll('\\', '\\\\').replaceAll(/[\n\r\t]/g, escaped));
  if (value instanceof Unicode) return `u${quoted(unicodeEscaped(value.text))}`;
  if (value instanceof PythonDict) return printedEntries(value.entries());
  if (value instanceof PlainDict) return printedEntries(value.entries);
  return `[${value.map(printed).join(', ')}]`;
}

const printedEntries = (entries: readonly (readonly [Text, Py])[]): string =>
  `{${entries.map(([key, item]) => `${printed(key)}: ${printed(item)}`).join(', ')}}`;

const quoted = (text: string): string =>
  text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;

const unicodeEscaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll(/[^\u0020-\u007e]/gu, escaped);

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code > 0xffff) return `\\U${digits.padStart(8, '0')}`;
  return NAMED[character] ?? (code > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`);
}
