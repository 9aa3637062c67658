/**
 * Reads JSON texts that come in great numbers and are alike but for some strings and numbers: events of one kind of
 * request, log lines of one place in the code. What two of them have in common is compiled into a function that
 * makes the value, so that reading another one costs a comparison of texts. The value is always what `JSON.parse`
 * gives; texts that are not alike are parsed by it.
 */
import { parse, stringify } from './json-functions.ts';

import type { FilledText, TextForm } from './filled-text.ts';

type Leaf = string | number | boolean | null;

/** What may differ between texts that are alike. */
type Slot = 'string' | 'number';

interface Form {
  /** Matches the texts of this form; a group for each slot. */
  readonly pattern: RegExp;
  /** Leaves that are slots, by their position among all leaves. */
  readonly varying: ReadonlySet<number>;
  readonly leaves: readonly Leaf[];
  /** The text with every leaf taken out. */
  readonly skeleton: string;
  /** Makes the value of a match. */
  readonly make: (match: readonly string[]) => unknown;
}

const MOST_FORMS = 6;
/** Longer texts are rarely alike, and cost much to compare. */
const LONGEST_TEXT = 16_384;
/** So many misses in a row say that nothing is alike here; it is tried again after a while. */
const PATIENCE = 32;
const PAUSE = 4_096;

/**
 * A reader learns from what it reads; one per place where alike texts come from. Throws as `JSON.parse` does. One that
 * shares makes what all texts of a form have in common once, and gives the same object again: for those who only look.
 */
export class AlikeJson {
  readonly #shares: boolean;
  readonly #forms: Form[] = [];
  readonly #makers = new WeakMap<TextForm, Form['make'] | 'parse'>();
  #misses = 0;
  #paused = 0;

  constructor({ shares = false }: { readonly shares?: boolean } = {}) {
    this.#shares = shares;
  }

  read(text: string): unknown {
    for (let i = 0; i < this.#forms.length; i++) {
      const form = this.#forms[i] as Form;
      const found = form.pattern.exec(text);
      if (found === null) continue;
      if (i > 0) this.#forms.splice(0, 0, ...this.#forms.splice(i, 1));
      this.#misses = 0;
      return form.make(found);
    }
    const value: unknown = parse(text);
    if (text.length <= LONGEST_TEXT) this.#learn(text, value);
    return value;
  }

  /** The value of a text whose form is known. */
  readFilled(text: FilledText): unknown {
    let make = this.#makers.get(text.form);
    if (make === undefined) this.#makers.set(text.form, (make = makerOf(text)));
    return make === 'parse' ? JSON.parse(text.toString()) : make(text.values);
  }

  #learn(text: string, value: unknown): void {
    if (this.#paused > 0) {
      this.#paused--;
      return;
    }
    if (++this.#misses > PATIENCE) {
      this.#misses = 0;
      this.#paused = PAUSE;
      this.#forms.length = 0;
      return;
    }
    try {
      this.#add(text, value);
    } catch (error) {
      // Nested deeper than JSON.stringify or the compiler reaches: JSON.parse has read it all the same.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #add(text: string, value: unknown): void {
    if (typeof value !== 'object' || value === null || stringify(value) !== text) return;
    const { leaves, skeleton } = taken(value);
    const known = this.#forms.findIndex((form) => form.skeleton === skeleton && areOfEqualKinds(form.leaves, leaves));
    const form = known < 0 ? undefined : this.#forms.splice(known, 1)[0];
    this.#forms.unshift(formOf(value, leaves, skeleton, varyingOf(form, leaves), this.#shares));
    this.#forms.length = Math.min(this.#forms.length, MOST_FORMS);
  }
}

/** A string with an escape in it is left to JSON.parse; one with a control character, too, which refuses it. */
const SLOTS = {
  string: String.raw`"([^"\\\u0000-\u001f]*)"`,
  number: String.raw`(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)`,
} as const;

/** Only strings and numbers may vary; true, false and null are part of the form. */
const areOfEqualKinds = (a: readonly Leaf[], b: readonly Leaf[]): boolean =>
  a.length === b.length &&
  a.every(
    (leaf, i) =>
      typeof leaf === typeof b[i] && (typeof leaf === 'object' || typeof leaf === 'boolean' ? leaf === b[i] : true),
  );

function varyingOf(form: Form | undefined, leaves: readonly Leaf[]): ReadonlySet<number> {
  if (form === undefined) return new Set();
  return new Set([...leaves.keys()].filter((i) => form.varying.has(i) || form.leaves[i] !== leaves[i]));
}

/** All leaves of a value in the order of its text, and the text without them. */
function taken(value: object): { readonly leaves: Leaf[]; readonly skeleton: string } {
  const leaves: Leaf[] = [];
  const skeleton = stringify(value, (_key, each: unknown) => {
    if (typeof each === 'object' && each !== null) return each;
    leaves.push(each as Leaf);
    return 0;
  });
  return { leaves, skeleton };
}

function formOf(
  value: object,
  leaves: readonly Leaf[],
  skeleton: string,
  varying: ReadonlySet<number>,
  shares: boolean,
): Form {
  const writing: Writing = { leaf: 0, slots: 0, varying, pattern: '', shared: shares ? [] : undefined };
  const source = write(value, writing);
  return {
    pattern: new RegExp(`^${writing.pattern}$`),
    varying,
    leaves,
    skeleton,
    make: compile(source, writing.shared),
  };
}

interface Writing {
  leaf: number;
  slots: number;
  readonly varying: ReadonlySet<number>;
  pattern: string;
  /** What is made once, if anything is. */
  readonly shared: object[] | undefined;
}

/** Writes the pattern of the value's text, and gives the expression that makes the value. */
function write(value: unknown, writing: Writing): string {
  if (typeof value !== 'object' || value === null) return writeLeaf(value as Leaf, writing);
  const isArray = Array.isArray(value);
  const parts: string[] = [];
  const before = writing.slots;
  writing.pattern += isArray ? '\\[' : '\\{';
  for (const [i, [key, each]] of Object.entries(value).entries()) {
    if (i > 0) writing.pattern += ',';
    const name = stringify(key);
    if (!isArray) writing.pattern += `${escaped(name)}:`;
    const made = write(each, writing);
    // `"__proto__": …` in an object literal would set the prototype; a computed name does not.
    parts.push(isArray ? made : `${key === '__proto__' ? `[${name}]` : name}:${made}`);
  }
  writing.pattern += isArray ? '\\]' : '\\}';
  if (writing.shared !== undefined && writing.slots === before) return `c[${writing.shared.push(value) - 1}]`;
  return isArray ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

function writeLeaf(leaf: Leaf, writing: Writing): string {
  const text = stringify(leaf);
  if (!writing.varying.has(writing.leaf++)) {
    writing.pattern += escaped(text);
    return text;
  }
  const kind = typeof leaf as Slot;
  writing.pattern += SLOTS[kind];
  const group = `v[${++writing.slots}]`;
  return kind === 'string' ? group : `+${group}`;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** Everything in the source is JSON text or one of our own words: nothing of a caller's is run. */
const compile = (source: string, constants: readonly object[] = []): Form['make'] =>
  // oxlint-disable-next-line typescript/no-implied-eval -- an object literal is what the engine makes fastest
  new Function('c', `return (v) => (${source});`)(constants) as Form['make'];

/** Stands for a value in JSON text; no text of a form has it, because control characters are escaped there. */
const PLACE = '\u0001';
const STRING_OR_PLACE = new RegExp(String.raw`"((?:[^"\\]|\\.)*)"|${PLACE}`, 'g');

/**
 * Makes the values of texts of this form, or says that they have to be parsed: JSON text is an expression of the language
 * too, and so are its strings with values in between.
 */
function makerOf(filled: FilledText): Form['make'] | 'parse' {
  const { form, values } = filled;
  const text = form.pieces.join(PLACE);
  if (text.includes('__proto__')) return 'parse';
  let place = 0;
  const source = text.replaceAll(STRING_OR_PLACE, (whole, inside?: string) => {
    if (inside === undefined) return `+v[${place++}]`;
    if (!inside.includes(PLACE)) return whole;
    const parts = inside.split(PLACE).map((part) => (part === '' ? '' : `"${part}"`));
    return parts.reduce((made, part) => [made, `v[${place++}]`, part].filter((each) => each !== '').join('+'));
  });
  try {
    const make = compile(source);
    const parsed = JSON.stringify(JSON.parse(filled.toString()));
    return JSON.stringify(make(values)) === parsed ? make : 'parse';
  } catch (error) {
    // A form that is no expression: a value stands in a name, or where none belongs.
    if (error instanceof SyntaxError || error instanceof RangeError) return 'parse';
    throw error;
  }
}
