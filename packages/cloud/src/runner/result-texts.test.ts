import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ResultTexts } from './result-texts.ts';

const BODY = JSON.stringify({ unicorns: Array.from({ length: 20 }, (_, id) => ({ id, name: `Unicorn ${id}` })) });
const answer = (more: object = {}): object => ({ statusCode: 200, headers: { etag: '"a"' }, body: BODY, ...more });

const check = (results: readonly unknown[]): void => {
  const texts = new ResultTexts();
  for (const result of results)
    expect(texts.write(result)).toBe(JSON.stringify(result === undefined ? null : result) ?? 'null');
};

test('a result has the text that JSON.stringify writes, whatever was written before', () => {
  const value = fc.oneof(fc.jsonValue(), fc.anything({ withDate: true, withMap: true, withNullPrototype: true }));
  fc.assert(
    fc.property(
      fc.array(
        value.map((more) => answer({ more })),
        { minLength: 2 },
      ),
      (all) => check(all),
    ),
  );
});

test('equal results have the same text, and it is written once', () => {
  const texts = new ResultTexts();
  expect(texts.write(answer())).toBe(texts.write(answer()));
});

test.each<[string, unknown[]]>([
  [
    'another order',
    [
      { ...answer(), a: 1, b: 2 },
      { ...answer(), b: 2, a: 1 },
    ],
  ],
  ['a member that JSON leaves out', [answer(), answer({ more: undefined }), answer({ more: () => 1 })]],
  [
    'a number that JSON does not know',
    [answer({ n: null }), answer({ n: Number.NaN }), answer({ n: -0 }), answer({ n: 0 })],
  ],
  ['toJSON', [answer(), { ...answer(), toJSON: () => ({ a: 1 }) }]],
  ['a class', [answer({ at: {} }), answer({ at: new Map([[1, 2]]) }), answer({ at: new Date(0) })]],
  [
    'an array and its like',
    [answer({ list: [1] }), answer({ list: { 0: 1 } }), answer({ list: Object.assign([1], { a: 1 }) })],
  ],
  ['a hole', [answer({ list: [1, null] }), answer({ list: Array.from({ length: 2 }) })]],
  ['a boxed text', [answer({ text: 'a' }), answer({ text: Object('a') as object })]],
  ['what is no object', [undefined, null, 1, 'text', Symbol('a'), () => 1]],
])('%s', (_name, results) => check(results));

test('an accessor is read once, and a proxy as JSON.stringify reads it', () => {
  const texts = new ResultTexts();
  texts.write(answer({ n: 1 }));
  let reads = 0;
  const counted = {
    ...answer(),
    get n() {
      return ++reads;
    },
  };
  expect(texts.write(counted)).toBe(JSON.stringify(answer({ n: 1 })));
  expect(reads).toBe(1);
  const seen: string[] = [];
  texts.write(
    new Proxy(answer({ n: 1 }), { get: (of, name) => (seen.push(String(name)), Reflect.get(of, name) as unknown) }),
  );
  expect(seen.filter((name) => name === 'n')).toHaveLength(1);
});

test('a result that is changed afterwards is another result', () => {
  const texts = new ResultTexts();
  const shared = { ...answer(), list: [1] };
  texts.write(shared);
  shared.list.push(2);
  expect(texts.write(shared)).toBe(JSON.stringify(shared));
});

test('what cannot be written throws as JSON.stringify does', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(() => new ResultTexts().write(circle)).toThrow(TypeError);
  expect(() => new ResultTexts().write({ big: 1n })).toThrow(TypeError);
});
