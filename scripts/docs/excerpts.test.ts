import { expect, test } from '@jest/globals';
import { entriesOf, span, yamlBlock } from './excerpts.ts';

const JOURNAL = `1/2  good  expect: promoted
     A note.
00:00  stack     UPDATE_IN_PROGRESS
✓      promoted; 0 of 10 requests hit

2/2  bad one  expect: rolled back
     Another note.
00:00  stack     UPDATE_IN_PROGRESS
                 User Initiated
01:00  alarm     ALARM errors
120:00  stack     UPDATE_ROLLBACK_COMPLETE
✓      rolled back; 3 of 10
       requests hit

  release    outcome
`;

test('a release is told entry by entry, with what hangs on each', () => {
  expect(entriesOf(JOURNAL, 'bad one')).toEqual([
    '00:00  stack     UPDATE_IN_PROGRESS\n                 User Initiated',
    '01:00  alarm     ALARM errors',
    '120:00  stack     UPDATE_ROLLBACK_COMPLETE',
    '✓      rolled back; 3 of 10\n       requests hit',
  ]);
  expect(() => entriesOf(JOURNAL, 'worse')).toThrow('no release "worse"');
});

test('a span ends with the entry that it is asked to end with', () => {
  const entries = entriesOf(JOURNAL, 'bad one');
  expect(span(entries, /alarm/, /ROLLBACK/)).toEqual(entries.slice(1, 3));
  expect(span(entries, /alarm/, /alarm/)).toEqual(entries.slice(1, 2));
  expect(() => span(entries, /alarm/, /UPDATE_IN_PROGRESS/)).toThrow('no span');
});

test('a block of a template ends where the next begins', () => {
  const text = 'Resources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\n      Z: 1\nOutputs:\n  C:\n    Value: 1\n';
  expect(yamlBlock(text, 'A')).toBe('  A:\n    Type: X');
  expect(yamlBlock(text, 'B')).toBe('  B:\n    Type: Y\n      Z: 1');
  expect(() => yamlBlock(text, 'D')).toThrow('no "D"');
});
