/** Whoever clones the repository on another machine installs what is locked, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { at } from './docs/pages.ts';

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly libc?: readonly string[] }>>;
}

const lockfile: Lockfile = parse(readFileSync(at('pnpm-lock.yaml'), 'utf8'));
const names = Object.keys(lockfile.packages);

test.each(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'])(
  'the native parts of the tools are locked for %s',
  (platform) => {
    const parts = ['@esbuild/', '@oxfmt/binding-', '@oxlint/binding-', '@oxlint-tsgolint/', '@typescript/typescript-'];
    // Jest finds its modules by it.
    for (const part of [...parts, '@unrs/resolver-binding-'])
      expect(names.filter((name) => name.startsWith(`${part}${platform}`))).not.toEqual([]);
  },
);

test('a Node that comes along is for glibc: elsewhere the machine’s own is asked', () => {
  const nodes = names.filter((name) => name.startsWith('node-linux-'));
  expect(nodes).toHaveLength(2);
  expect(nodes.map((name) => lockfile.packages[name]?.libc)).toEqual([['glibc'], ['glibc']]);
});
