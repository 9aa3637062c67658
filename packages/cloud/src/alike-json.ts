/**
 * Reads JSON texts that come in great numbers and are alike but for some strings and numbers: events of one kind of
 * request, log lines of one place in the code. What two of them have in common is compiled into a function that
 * makes the value, so that reading another one costs a comparison of texts. The value is always what `JSON.parse`
 * gives; texts that are not alike are parsed by it.
 */
import { parse, stringify } from './json-functions.ts';

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

/** A reader learns from what it reads; one per place where alike texts come from. Throws as `JSON.parse` does. */
export class AlikeJson {
  readonly #forms: Form[] = [];
  #misses = 0;
  #paused = 0;

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
    this.#forms.unshift(formOf(value, leaves, skeleton, varyingOf(form, leaves)));
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

function formOf(value: object, leaves: readonly Leaf[], skeleton: string, varying: ReadonlySet<number>): Form {
  const writing: Writing = { leaf: 0, slots: 0, varying, pattern: '' };
  const source = write(value, writing);
  return { pattern: new RegExp(`^${writing.pattern}$`), varying, leaves, skeleton, make: compile(source) };
}

interface Writing {
  leaf: number;
  slots: number;
  readonly varying: ReadonlySet<number>;
  pattern: string;
}

/** Writes the pattern of the value's text, and gives the expression that makes the value. */
function write(value: unknown, writing: Writing): string {
  if (typeof value !== 'object' || value === null) return writeLeaf(value as Leaf, writing);
  const isArray = Array.isArray(value);
  const parts: string[] = [];
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
const compile = (source: string): Form['make'] =>
  // oxlint-disable-next-line typescript/no-implied-eval -- an object literal is what the engine makes fastest
  new Function('v', `return ${source};`) as Form['make'];
