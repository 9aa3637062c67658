import { expect, test } from '@jest/globals';
import { cidrBlocks } from './cidr.ts';

test.each<[string, [string, number, number], readonly string[] | undefined]>([
  ['blocks follow one another', ['192.168.0.0/24', 3, 5], ['192.168.0.0/27', '192.168.0.32/27', '192.168.0.64/27']],
  ['they start where the block starts', ['10.0.3.7/16', 1, 8], ['10.0.0.0/24']],
  ['they may fill the block', ['10.0.0.0/30', 2, 1], ['10.0.0.0/31', '10.0.0.2/31']],
  ['they must fit', ['10.0.0.0/24', 2, 8], undefined],
  ['IPv6 is not done', ['2001:db8::/56', 1, 64], undefined],
  ['a block is written with its width', ['10.0.0.0', 1, 8], undefined],
])('%s', (_, [block, count, bits], expected) => expect(cidrBlocks(block, count, bits)).toEqual(expected));
