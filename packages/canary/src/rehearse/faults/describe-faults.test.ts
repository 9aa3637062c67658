import { expect, test } from '@jest/globals';
import { describeFaults } from './describe-faults.ts';
import { parseFault } from './parse-fault.ts';

test.each(describeFaults().map(({ kind, example }) => [kind, example] as const))(
  'the example of %s is a fault of that kind',
  (kind, example) => {
    expect(parseFault(example).kind).toBe(kind);
  },
);
