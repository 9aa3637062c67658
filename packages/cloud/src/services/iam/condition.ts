/**
 * Condition blocks on the few keys whose values are known here. A statement with any other operator or key is
 * taken as not matching, and reported when the policy is put.
 * Source: IAM user guide, condition operators and global condition keys (D).
 */
import type { Principal } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { type Conditions, listOf, type OneOrMany } from './policy-document.ts';
import { compileWildcard } from './wildcard.ts';

/** The values of the known keys, in lower case: key names are case-insensitive. */
const KEYS: Readonly<Record<string, (world: World, principal: Principal) => string>> = {
  'aws:securetransport': () => 'true',
  'aws:requestedregion': ({ region }) => region,
  'aws:principalaccount': ({ accountId }) => accountId,
  'aws:resourceaccount': ({ accountId }) => accountId,
  'aws:principalarn': (_world, principal) => (principal.type === 'role' ? principal.roleArn : ''),
  'aws:principaltype': () => 'AssumedRole',
  'aws:principalisawsservice': () => 'false',
  'aws:viaawsservice': () => 'false',
};

type ValueTest = (wanted: string) => (value: string) => boolean;

const lower = (text: string): string => text.toLowerCase();

const POSITIVE: Readonly<Record<string, ValueTest>> = {
  StringEquals: (wanted) => (value) => value === wanted,
  StringEqualsIgnoreCase: (wanted) => (value) => lower(value) === lower(wanted),
  StringLike: (wanted) => compileWildcard(wanted),
  ArnEquals: (wanted) => compileWildcard(wanted),
  ArnLike: (wanted) => compileWildcard(wanted),
  Bool: (wanted) => (value) => lower(value) === lower(wanted),
};

const NEGATIVE: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** What of a condition block can be evaluated; each operator also with `IfExists`. */
export const CONDITION_OPERATORS: readonly string[] = [...Object.keys(POSITIVE), ...Object.keys(NEGATIVE), 'Null'];
export const CONDITION_KEYS: readonly string[] = Object.keys(KEYS);

export type ConditionTest = (world: World, principal: Principal) => boolean;

/** All operators and keys have to hold; of several values one has to (none, for a negated operator). */
export function compileConditions(conditions: Conditions | undefined): ConditionTest {
  if (unknownConditions(conditions).length > 0) return () => false;
  const tests = Object.entries(conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileOne(operator, key, values)),
  );
  return (world, principal) => tests.every((test) => test(world, principal));
}

function compileOne(operator: string, key: string, values: unknown): ConditionTest {
  const name = operator.replace(/IfExists$/, '');
  const wanted = textsOf(values);
  const read = KEYS[lower(key)];
  // Every known key has a value: Null holds for "false" only.
  if (name === 'Null') return () => wanted.includes('false');
  const tests = wanted.map(POSITIVE[NEGATIVE[name] ?? name] ?? (() => () => false));
  const isNegated = name in NEGATIVE;
  return (world, principal) => {
    const value = read?.(world, principal) ?? '';
    return tests.some((test) => test(value)) !== isNegated;
  };
}

const textsOf = (values: unknown): string[] =>
  typeof values === 'boolean' || typeof values === 'number'
    ? [String(values)]
    : [...listOf(values as OneOrMany)].map(String);

/** What of a condition block cannot be evaluated: `StringEquals s3:ExistingObjectTag/…`. */
export function unknownConditions(conditions: Conditions | undefined): string[] {
  return Object.entries(conditions ?? {}).flatMap(([operator, keys]) => {
    const name = operator.replace(/IfExists$/, '');
    const isKnown = name in POSITIVE || name in NEGATIVE || name === 'Null';
    return Object.keys(keys)
      .filter((key) => !isKnown || KEYS[lower(key)] === undefined)
      .map((key) => `${operator} ${key}`);
  });
}
