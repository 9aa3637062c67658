import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { JournalEntry } from '@unicorns/cloud';
import { JournalFile } from './journal-file.ts';

/** A disk that is always full, as Linux has one. */
const FULL = '/dev/full';
const scratch = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const entry = (seq: number) => ({ seq, at: 0, effect: { type: 'x' } }) as unknown as JournalEntry;

test('a journal is a line for each entry, however many there are', () => {
  const file = join(scratch, 'journal');
  const journal = new JournalFile(file);
  for (let seq = 0; seq < 40_000; seq++) journal.append(entry(seq));
  journal.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as JournalEntry).seq)).toEqual([...lines.keys()]);
});

test('a place that cannot be written to is refused at once', () => {
  expect(() => new JournalFile(join(scratch, 'no', 'journal'))).toThrow('The journal cannot be written to');
});

test('a full disk is told in a sentence', () => {
  if (!existsSync(FULL)) return;
  const journal = new JournalFile(FULL);
  journal.append(entry(0));
  expect(() => journal.close()).toThrow(/^The journal \/dev\/full cannot be written to its end: ENOSPC: no space left/);
});
