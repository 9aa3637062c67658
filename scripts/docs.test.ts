/** What is generated is up to date, and what is named exists. */
import { expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { ASSUMPTIONS } from '../packages/cloud/src/assumption-list.ts';
import { withPassage } from './docs/markdown.ts';
import { at, stale } from './docs/pages.ts';

test('no generated page is stale', () => {
  expect(stale()).toEqual([]);
});

test('a passage replaces what stands between its marks, and nothing else', () => {
  const written = 'before\n<!-- generated: x -->\nold\n<!-- end -->\nafter\n';
  expect(withPassage(written, 'x', 'new')).toBe('before\n<!-- generated: x -->\n\nnew\n\n<!-- end -->\nafter\n');
  expect(() => withPassage(written, 'y', 'new')).toThrow('There is no passage');
});

test('an assumption that the code names is on the list', () => {
  const listed = new Set<string>(ASSUMPTIONS.map(({ name }) => name));
  const named = globSync('packages/*/src/**/*.ts', { cwd: at('') }).flatMap((path) =>
    [...readFileSync(at(path), 'utf8').matchAll(/\b[Aa]ssumption[\s*]+`([^`]+)`/g)].map(([, name = '']) => ({
      path,
      name,
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ name }) => !listed.has(name))).toEqual([]);
});

test('a script whose name pnpm keeps for itself is called with run', () => {
  const pages = globSync(['README.md', 'docs/**/*.md', 'infra/*.md'], { cwd: at('') });
  const shadowed = /\bpnpm(?:@[\d.]+)? (?:docs|ping)\b/;
  expect(pages.filter((path) => shadowed.test(readFileSync(at(path), 'utf8')))).toEqual([]);
});

test('a script is run by the Node that is pinned, since an older one reads no TypeScript', () => {
  const pages = globSync(['README.md', 'docs/**/*.md', 'infra/*.md'], { cwd: at('') });
  const bare = /(?<!pnpm exec )\bnode scripts\/\S+\.ts/;
  expect(pages.flatMap((path) => bare.exec(readFileSync(at(path), 'utf8'))?.[0] ?? [])).toEqual([]);
});
