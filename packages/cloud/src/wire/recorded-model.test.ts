import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { loadService } from '../shell/load-service.ts';
import { SERVICES } from '../world.ts';
import { membersOf } from './schema-kind.ts';
import { type Asked, judgeOf, type RecordedModel, wholeMatch, wordsOf } from './recorded-model.ts';

const FOLDER = new URL('models/', import.meta.url);
const MODELS = readdirSync(FOLDER).map((file) => {
  const model = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RecordedModel;
  return [file.replace('.json', ''), model] as const;
});

test.each<readonly [string, Asked, unknown, readonly string[]]>([
  ['a text that is long enough', { min: 1, max: 3 }, 'abc', []],
  ['an empty text', { min: 1 }, '', ['Member must have length greater than or equal to 1']],
  ['a text that is too long', { max: 3 }, 'abcd', ['Member must have length less than or equal to 3']],
  ['a number at its bound', { min: 1, max: 3 }, 3, []],
  ['a number above its bound', { min: 1, max: 3 }, 4, ['Member must have value less than or equal to 3']],
  ['a number below its bound', { min: 1, max: 3 }, 0, ['Member must have value greater than or equal to 1']],
  ['a list that is too long', { max: 1 }, ['a', 'b'], ['Member must have length less than or equal to 1']],
  ['a map that is too large', { max: 1 }, { a: 1, b: 2 }, ['Member must have length less than or equal to 1']],
  ['bytes that are too many', { max: 1 }, new Uint8Array(2), ['Member must have length less than or equal to 1']],
  [
    'a text that matches in part only',
    { pattern: '[a-z]+' },
    'ab1',
    ['Member must satisfy regular expression pattern: [a-z]+'],
  ],
  ['one of two alternatives, whole', { pattern: 'a|b' }, 'b', []],
  ['a text outside the set', { enum: ['A', 'B'] }, 'a', ['Member must satisfy enum value set: [A, B]']],
  [
    'a text that fails twice',
    { min: 1, pattern: '[a-z]+' },
    '',
    ['Member must have length greater than or equal to 1', 'Member must satisfy regular expression pattern: [a-z]+'],
  ],
])('%s', (_name, asked, value, said) => {
  expect(judgeOf(asked)(value)).toEqual(said);
  expect(wordsOf(asked).length).toBeGreaterThanOrEqual(said.length);
});

test.each(MODELS)('the patterns of %s are JavaScript’s, too', (_service, { shapes }) => {
  const patterns = Object.values(shapes).flatMap(({ pattern }) => pattern ?? []);
  expect(patterns.map(wholeMatch)).toHaveLength(patterns.length);
});

test.each(MODELS)('the model of %s was recorded for every operation in the slice', (service, { operations }) => {
  const emulated = Object.keys(SERVICES.find(({ name }) => name === service)?.operations ?? {});
  // scripts/record-constraints.py records the others.
  expect(emulated.filter((it) => !operations.includes(it))).toEqual([]);
});

test.each(MODELS)('the structures and members of %s are the SDK’s', async (service, model) => {
  const description = await loadService(service as never);
  const known = new Map<string, readonly string[]>();
  const walk = (schema: Parameters<typeof membersOf>[0]): void => {
    if (schema.isListSchema() || schema.isMapSchema()) walk(schema.getValueSchema());
    if (!schema.isStructSchema() || known.has(schema.getName() ?? '')) return;
    known.set(
      schema.getName() ?? '',
      membersOf(schema).map(([name]) => name),
    );
    for (const [, member] of membersOf(schema)) walk(member);
  };
  for (const name of model.operations) {
    const operation = description?.operations.get(name);
    if (operation !== undefined) walk(operation.input);
  }
  const missing = Object.entries(model.structures).flatMap(([name, members]) =>
    Object.keys(members).filter((member) => known.get(name)?.includes(member) !== true),
  );
  expect(missing).toEqual([]);
});
