import { expect, test } from '@jest/globals';
import { describeFaults } from '../rehearse/index.ts';
import { faultsLines } from './faults-lines.ts';

test('every kind has a line, and effects stand under one another', () => {
  const faults = describeFaults();
  const lines = faultsLines(faults).slice(0, faults.length);
  expect(lines.map((line) => line.trim().split(/[: ]/)[0])).toEqual(faults.map(({ kind }) => kind));
  expect(new Set(lines.map((line, index) => line.indexOf(faults[index]?.effect ?? '')))).toHaveProperty('size', 1);
});
