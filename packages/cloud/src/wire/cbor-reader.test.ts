import { expect, test } from '@jest/globals';
import { cbor, dateToTag } from '@smithy/core/cbor';
import fc from 'fast-check';
import { readCbor } from './cbor-reader.ts';
import { MalformedValue } from './schema-kind.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Examples of RFC 8949, appendix A. */
test.each<[string, unknown]>([
  ['00', 0],
  ['17', 23],
  ['18 18', 24],
  ['19 03e8', 1000],
  ['1a 000f4240', 1_000_000],
  ['1b 000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['39 03e7', -1000],
  ['f9 3c00', 1],
  ['f9 0001', 5.960464477539063e-8],
  ['f9 7c00', Infinity],
  ['fa 47c35000', 100_000],
  ['fb 3ff199999999999a', 1.1],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', null],
  ['62 c3bc', 'ü'],
  ['62 22 5c', '"\\'],
  ['83 01 02 03', [1, 2, 3]],
  ['a2 61 61 01 61 62 82 02 03', { a: 1, b: [2, 3] }],
  ['9f 01 82 02 03 ff', [1, [2, 3]]],
  ['bf 61 61 01 ff', { a: 1 }],
  ['7f 65 7374726561 64 6d696e67 ff', 'streaming'],
  ['5f 42 0102 43 030405 ff', Buffer.from([1, 2, 3, 4, 5])],
  ['c1 1a 514b67b0', new Date('2013-03-21T20:04:00Z')],
])('%s is read', (bytes, value) => expect(readCbor(hex(bytes))).toEqual(value));

test.each([
  ['nothing', ''],
  ['a text cut short', '65 6162'],
  ['a list that claims more than there is', '9b 00ffffffffffffff 01'],
  ['a map with a number for a key', 'a1 01 02'],
  ['a break without a beginning', 'ff'],
  ['a break inside a definite list', '82 01 ff'],
  ['a map that breaks after a key', 'bf 6161 ff'],
  ['chunks of another kind', '7f 41 00 ff'],
  ['a reserved length', '1c'],
  ['a big number', 'c2 49 010000000000000000'],
  ['a decimal fraction with a huge exponent', 'c4 82 1a 10000000 01'],
  ['bytes left over', '01 01'],
])('%s is refused', (_name, bytes) => expect(() => readCbor(hex(bytes))).toThrow(MalformedValue));

test('what the SDK writes is read as it was', () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true }).filter((it) => !Object.is(it, -0)),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('tree'), { maxLength: 4 }),
    map: fc.dictionary(
      fc.string().filter((it) => it !== '__proto__'),
      tie('tree'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  }));
  fc.assert(fc.property(tree, (value) => expect(readCbor(Uint8Array.from(cbor.serialize(value)))).toEqual(value)));
});

test('dates keep their milliseconds', () => {
  const at = new Date(1_700_000_000_123);
  expect(readCbor(Uint8Array.from(cbor.serialize(dateToTag(at))))).toEqual(at);
});
