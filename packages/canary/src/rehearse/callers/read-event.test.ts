import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readEvent } from './read-event.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-'));
const file = join(folder, 'event.json');
afterAll(() => rmSync(folder, { recursive: true }));

test('an event is any JSON', () => {
  writeFileSync(file, '{\n  "a": [1]\n}\n');
  expect(readEvent(file)).toEqual({ type: 'event', event: '{"a":[1]}', from: file });
});

test('what is no JSON is told with its line, and what is not there by its name', () => {
  writeFileSync(file, '{\n  "a": 1,\n  b: 2\n}\n');
  expect(() => readEvent(file)).toThrow(`${file}:3: The event is no JSON`);
  writeFileSync(file, '{\n  "a": ');
  expect(() => readEvent(file)).toThrow(`${file}:2: The event is no JSON`);
  expect(() => readEvent(join(folder, 'gone.json'))).toThrow('gone.json cannot be read');
});
