import { expect, test } from '@jest/globals';
import { connect } from '../aws/index.ts';
import type { Questions } from './questions.ts';
import { readAliases, sharesOf } from './read-aliases.ts';
import { deployment, target } from './snapshots.fixture.ts';

test.each<[string, Readonly<Record<string, number>>, readonly [string, number][]]>([
  ['without weights it is all of it', {}, [['7', 100]]],
  [
    'with a weight it is the rest',
    { 8: 0.1 },
    [
      ['7', 90],
      ['8', 10],
    ],
  ],
  [
    'a fraction that binary numbers cannot hold stays a whole percentage',
    { 8: 0.07 },
    [
      ['7', 93],
      ['8', 7],
    ],
  ],
])('the share of the version that an alias names: %s', (_, weights, shares) => {
  expect(sharesOf('7', weights)).toEqual(shares.map(([version, percent]) => ({ version, percent })));
});

/** Nothing may be read from Lambda. */
async function refusing(): Promise<Questions> {
  const account = await connect({ endpoint: 'http://127.0.0.1:9', region: 'eu-west-1' }, {});
  return { account, needed: (_, ask) => ask(), wanted: async () => undefined };
}

test.each<[string, number, readonly [string, number][]]>([
  ['before the shift', 0, [['1', 100]]],
  [
    'during it',
    10,
    [
      ['1', 90],
      ['2', 10],
    ],
  ],
  ['after it', 100, [['2', 100]]],
])('an alias that may not be read is as its deployment tells, %s', async (_, targetPercent, shares) => {
  const told = deployment('d-A', 'InProgress', { target: { ...target('- - -'), targetPercent } });
  expect(await readAliases(await refusing(), [told])).toEqual([
    { functionName: 'fn', alias: 'live', shares: shares.map(([version, percent]) => ({ version, percent })) },
  ]);
});

test('a deployment that tells no share tells no alias', async () => {
  const told = deployment('d-A', 'InProgress', { target: target('- - -') });
  expect(await readAliases(await refusing(), [told])).toEqual([]);
});
