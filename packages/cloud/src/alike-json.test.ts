import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AlikeJson } from './alike-json.ts';
import { FilledText } from './filled-text.ts';

const check = (texts: readonly string[]): void => {
  const reader = new AlikeJson();
  for (const text of texts) expect(reader.read(text)).toStrictEqual(JSON.parse(text));
};

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

test('a text is read as JSON.parse reads it, whatever was read before', () => {
  const value = fc.record({
    a: leaf,
    list: fc.array(leaf, { maxLength: 3 }),
    deep: fc.record({ b: leaf, 'c\n"\\': leaf }),
  });
  fc.assert(
    fc.property(
      fc.array(
        value.map((each) => JSON.stringify(each)),
        { minLength: 1 },
      ),
      (all) => check(all),
    ),
  );
});

test('texts that differ in a few leaves are read as JSON.parse reads them', () => {
  const line = fc
    .tuple(
      fc.uuid(),
      fc.integer(),
      fc.constantFrom('200', '5e3', '-0', '0.10', '"x"', 'null', 'true', '"a\\"b"', '"\\u0041"'),
    )
    .map(
      ([id, duration, status]) =>
        `{"log":"response","id":"${id}","duration":${duration},"tags":["${id}",1],"status":${status}}`,
    );
  fc.assert(fc.property(fc.array(line, { minLength: 5, maxLength: 40 }), (all) => check(all)));
});

test.each([
  [
    'a name that would set a prototype',
    ['{"__proto__":"a","n":1}', '{"__proto__":"b","n":1}', '{"__proto__":"c","n":2}'],
  ],
  ['names that are numbers', ['{"1":"a","0":"b"}', '{"1":"c","0":"d"}', '{"1":"e","0":"f"}']],
  ['a name twice', ['{"a":1,"a":2}', '{"a":1,"a":3}', '{"a":1,"a":4}']],
  ['blanks', ['{ "a": 1 }', '{ "a": 2 }', '{ "a": 3 }']],
  ['no objects', ['1', '2', '"a"', '[]', 'null']],
  ['a long text', [1, 2, 3].map((n) => JSON.stringify({ n, long: 'x'.repeat(20_000) }))],
])('%s', (_name, texts) => check(texts));

test.each(['{"a":"\n"}', '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1}x', '{"a":"b}', ''])('%j is refused', (text) => {
  const reader = new AlikeJson();
  for (const a of ['1', '2', '"x"', '"y"']) reader.read(`{"a":${a}}`);
  expect(() => reader.read(text)).toThrow(SyntaxError);
});

test('values are the reader’s own: changing one changes no other', () => {
  const reader = new AlikeJson();
  const read = (n: number) => reader.read(`{"n":${n},"deep":{"list":[1,2]}}`) as { deep: { list: number[] } };
  for (let n = 0; n < 4; n++) read(n).deep.list.push(3);
  expect(read(5)).toEqual({ n: 5, deep: { list: [1, 2] } });
});

test('a value that is nested deeper than the compiler reaches is read all the same', () => {
  const reader = new AlikeJson();
  const text = `${'['.repeat(7_000)}${']'.repeat(7_000)}`;
  for (let i = 0; i < 3; i++) {
    let depth = 1;
    for (let value = reader.read(text); Array.isArray(value) && value.length > 0; value = value[0] as unknown) depth++;
    expect(depth).toBe(7_000);
  }
  expect(reader.read('{"a":1}')).toEqual({ a: 1 });
});

test('a reader that shares gives the same values, and one object for what texts have in common', () => {
  const reader = new AlikeJson({ shares: true });
  const lines = ['a', 'b', 'c', 'd'].map((id, n) => `{"of":{"all":[1,{"x":"y"}]},"own":{"id":"${id}","n":${n}}}`);
  const values = lines.map((line) => reader.read(line) as { of: object; own: object });
  expect(values).toStrictEqual(lines.map((line) => JSON.parse(line) as unknown));
  expect(values[3]?.of).toBe(values[2]?.of);
  expect(values[3]?.own).not.toBe(values[2]?.own);
});

test('a reader that does not share gives objects that handler code may change', () => {
  const reader = new AlikeJson();
  const read = () => ['1', '2', '3'].map((n) => reader.read(`{"of":{"all":1},"n":${n}}`) as { of: { all: number } });
  for (const each of read()) each.of.all = 2;
  expect(read().map((each) => each.of.all)).toEqual([1, 1, 1]);
});

/** Pieces around strings, parts of strings and numbers, all of which stand where JSON has them. */
const piece = fc.constantFrom(
  ['"', '"'],
  ['"a ', '"'],
  ['"\\"', ' \\u0041\\\\"'],
  ['[', ']'],
  ['{"k":', ',"n":null}'],
  ['{"é":[true,"', '"]}'],
  ['{"__proto__":"', '"}'],
);
const plain = fc.stringMatching(/^[\w .:-]{0,8}$/);
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((n) => JSON.stringify(n));

test('a filled text is read as JSON.parse reads it', () => {
  const filled = fc.array(piece, { minLength: 1, maxLength: 5 }).chain((all) =>
    fc
      .array(fc.tuple(...all.map(([before]) => (before.endsWith(':') || before === '[' ? number : plain))), {
        minLength: 1,
        maxLength: 4,
      })
      .map((rows) => ({ all, rows })),
  );
  fc.assert(
    fc.property(filled, ({ all, rows }) => {
      const pieces = ['['];
      for (const [i, [before = '', behind = '']] of all.entries()) {
        pieces[pieces.length - 1] += (i > 0 ? ',' : '') + before;
        pieces.push(behind);
      }
      pieces[pieces.length - 1] += ']';
      const form = { pieces };
      const reader = new AlikeJson();
      for (const values of rows) {
        const text = new FilledText(form, values);
        expect(reader.readFilled(text)).toStrictEqual(JSON.parse(String(text)));
        expect(text.length).toBe(String(text).length);
      }
    }),
  );
});

test('where a value stands in a name the text is parsed', () => {
  const text = new FilledText({ pieces: ['{"', '":1}'] }, ['name']);
  expect(new AlikeJson().readFilled(text)).toEqual({ name: 1 });
  expect(JSON.stringify({ payload: text })).toBe('{"payload":"{\\"name\\":1}"}');
});
