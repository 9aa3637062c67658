import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { addWorktree, repositoryOf } from './git-worktree.ts';

const repository = realpathSync(mkdtempSync(join(tmpdir(), 'repository-')));
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...args], { encoding: 'utf8' });
git('init', '--quiet', '--initial-branch=main');
mkdirSync(join(repository, 'app'));
writeFileSync(join(repository, 'app', 'index.js'), 'before');
git('add', '.');
git('commit', '--quiet', '-m', 'before');
writeFileSync(join(repository, 'app', 'index.js'), 'after');
afterAll(() => rmSync(repository, { recursive: true }));

test('a ref is a folder of its own until it is removed', () => {
  const { root, remove } = addWorktree(repository, 'main');
  expect(readFileSync(join(root, 'app', 'index.js'), 'utf8')).toBe('before');
  expect(git('worktree', 'list')).toContain(root);
  remove();
  expect(existsSync(root)).toBe(false);
  expect(git('worktree', 'list')).not.toContain(root);
});

test('what is no ref is refused', () => {
  expect(() => addWorktree(repository, 'no-such-branch')).toThrow('"no-such-branch" is neither a folder nor a git ref');
});

test('where git cannot look for a ref, it is git that says why', () => {
  const nowhere = mkdtempSync(join(tmpdir(), 'no-repository-'));
  expect(() => addWorktree(nowhere, 'main')).toThrow(
    /"main" is no folder, and git cannot look .*: fatal: not a git repository/,
  );
  rmSync(nowhere, { recursive: true });
  expect(() => addWorktree(nowhere, 'main')).toThrow(/: fatal: cannot change to /);
});

test('a folder knows its repository', () => {
  expect(repositoryOf(join(repository, 'app'))).toBe(repository);
  expect(repositoryOf(tmpdir())).toBeUndefined();
});
