import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readTemplateFile } from './template-file.ts';

const scratch = mkdtempSync(join(tmpdir(), 'template-file-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const at = (name: string): string => join(scratch, name);
mkdirSync(at('infra'));
mkdirSync(at('empty'));
writeFileSync(at('infra/template.yml'), 'Resources: {}\n');
symlinkSync(at('round'), at('round'));

test('a template is read as it is', () => {
  expect(readTemplateFile(at('infra/template.yml'))).toBe('Resources: {}\n');
});

test.each([
  ['no file', at('gone.yaml'), `There is no template ${at('gone.yaml')}.`],
  ['no name', '', 'There is no template without a name.'],
  ['a link that leads nowhere', at('round'), `There is no template ${at('round')}.`],
  ['a folder', at('empty'), `${at('empty')} is a folder. Name the template in it.`],
  [
    'a folder with one',
    at('infra'),
    `${at('infra')} is a folder. Name the template in it, ${at('infra/template.yml')}.`,
  ],
  // Linux lets nobody read its first page.
  ...(process.platform === 'linux'
    ? [['what cannot be read', '/proc/self/mem', '/proc/self/mem cannot be read (EIO).'] as const]
    : []),
])('%s is refused in a sentence', (_, file, message) => {
  expect(() => readTemplateFile(file)).toThrow(message);
});
