/**
 * What AWS's models ask of a value beside its type: length, range, pattern, enum. The schemas of the SDK for
 * JavaScript leave that out; scripts/record-constraints.py takes it from botocore's copy of the same models.
 */
export interface RecordedModel {
  readonly operations: readonly string[];
  /** What else the service can be asked on AWS. */
  readonly others: readonly string[];
  /** By the shape's name. */
  readonly shapes: Readonly<Record<string, Asked>>;
  /** By the structure's name: the shape of each member that has something to ask. */
  readonly structures: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Asked {
  /** Of a text, a list, a map or bytes its length; of a number its value. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** The shapes of a list's items, a map's keys and values. */
  readonly item?: string;
  readonly key?: string;
  readonly value?: string;
}

/** What a value fails, each in the words of AWS's front end; nothing for one that satisfies all. */
export type Judge = (value: unknown) => readonly string[];

interface Constraint {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

/** Source of the texts: AWS's front end as AWS CLI issues and threads of each service quote it (C). */
function constraintsIn({ min, max, pattern, enum: known }: Asked, isNumber: boolean): readonly Constraint[] {
  const what = isNumber ? 'value' : 'length';
  const matcher = pattern === undefined ? undefined : wholeMatch(pattern);
  return [
    max !== undefined && {
      words: `Member must have ${what} less than or equal to ${max}`,
      holds: (value: unknown) => sizeOf(value) <= max,
    },
    min !== undefined && {
      words: `Member must have ${what} greater than or equal to ${min}`,
      holds: (value: unknown) => sizeOf(value) >= min,
    },
    matcher !== undefined && {
      words: `Member must satisfy regular expression pattern: ${pattern ?? ''}`,
      holds: (value: unknown) => matcher.test(String(value)),
    },
    known !== undefined && {
      words: `Member must satisfy enum value set: [${known.join(', ')}]`,
      holds: (value: unknown) => known.includes(String(value)),
    },
  ].filter((it) => it !== false);
}

export function judgeOf(asked: Asked): Judge {
  const ofNumber = constraintsIn(asked, true);
  const ofOther = constraintsIn(asked, false);
  return (value) =>
    (isNumber(value) ? ofNumber : ofOther).filter(({ holds }) => !holds(value)).map(({ words }) => words);
}

/** All that is asked: for an item of a list, the front end names every constraint when one is broken. */
export const wordsOf = (asked: Asked): readonly string[] => constraintsIn(asked, false).map(({ words }) => words);

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

/** The models' patterns are Java's, and match a whole text. All of them are also JavaScript's: a test compiles each. */
export const wholeMatch = (pattern: string): RegExp => {
  // Only those that name classes of Unicode need the flag; it forbids escapes that the others have.
  const flags = pattern.includes('\\p{') ? 'u' : '';
  return new RegExp(`^(?:${pattern})$`, flags);
};

function sizeOf(value: unknown): number {
  if (isNumber(value)) return Number(value);
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
