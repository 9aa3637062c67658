import { expect, test } from '@jest/globals';
import { inOrder } from './in-order.ts';

/** `0a`: the first writes a; `0.`: the first has ended. Compares what is written after each step. */
function checkOrder(steps: string, expected: string): void {
  const written: string[] = [];
  const turns = inOrder(3, (line) => void written.push(line));
  for (const step of steps.split(' ')) {
    const turn = turns[Number(step[0])];
    if (step[1] === '.') turn?.end();
    else turn?.write(step.slice(1));
  }
  expect(written.join(' ')).toBe(expected);
}

const orders: readonly [name: string, steps: string, expected: string][] = [
  ['the first is live', '0a 1x 0b', 'a b'],
  ['the next one follows when it is done', '0a 1x 0. 1y', 'a x y'],
  ['one that was done before is written whole', '1x 1. 2m 0a 0. 2n', 'a x m n'],
  ['the last one first', '2m 2. 1x 1. 0a 0.', 'a x m'],
];

test.each(orders)('%s', (_name, steps, expected) => {
  checkOrder(steps, expected);
});
