/**
 * Writes results of a handler as JSON text. A handler mostly gives one of a few answers: one that is equal to a recent
 * one, member by member, has its text, and costs a comparison instead of writing kilobytes.
 */
import { parse, stringify } from '../json-functions.ts';
import { types } from 'node:util';

interface Recent {
  readonly text: string;
  /** What the text says, read from it: nothing that the handler could still change. */
  readonly value: Known;
}

/** A value of JSON: a leaf, or the names and values of its members. */
type Known = string | number | boolean | null | { readonly isArray: boolean; readonly members: readonly Member[] };
type Member = readonly [name: string, value: Known];

function known(value: unknown): Known {
  if (typeof value !== 'object' || value === null) return value as Known;
  const members = Object.entries(value).map(([name, each]): Member => [name, known(each)]);
  return { isArray: Array.isArray(value), members };
}

const KEPT = 4;
/** Comparing what is short saves nothing. */
const SHORTEST_TEXT = 256;

export class ResultTexts {
  readonly #recent: Recent[] = [];
  #next = 0;

  /** JSON text; `null` for what JSON does not know. Throws as `JSON.stringify` does. */
  write(result: unknown): string {
    if (typeof result === 'object' && result !== null)
      for (const { value, text } of this.#recent) if (isAlike(result, value)) return text;
    const text = stringify(result === undefined ? null : result) ?? 'null';
    if (text.length >= SHORTEST_TEXT && text.startsWith('{')) {
      this.#recent[this.#next] = { text, value: known(parse(text)) };
      this.#next = (this.#next + 1) % KEPT;
    }
    return text;
  }
}

/**
 * Whether a value is plain data with just these members in this order, so that its text is the same. Whatever is not
 * plain data (accessors, proxies, toJSON, other prototypes, members that JSON leaves out) is not.
 */
function isAlike(value: unknown, like: Known): boolean {
  if (typeof like !== 'object' || like === null) return value === like;
  if (typeof value !== 'object' || value === null) return false;
  const { isArray, members } = like;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== (isArray ? Array.prototype : Object.prototype) || types.isProxy(value)) return false;
  const names = Object.keys(value);
  if (names.length !== members.length) return false;
  if (isArray && (value as unknown[]).length !== members.length) return false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const [knownName, knownValue] = members[i] as Member;
    if (name !== knownName) return false;
    const member = Object.getOwnPropertyDescriptor(value, name);
    if (member === undefined || !('value' in member) || !isAlike(member.value, knownValue)) return false;
  }
  return true;
}
