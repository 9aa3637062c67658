/** A git ref as a folder: a temporary worktree, removed when the process exits. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '@unicorns/cloud';

export interface Worktree {
  readonly root: string;
  readonly remove: () => void;
}

/** The top folder of the repository that holds `folder`, or undefined. */
export function repositoryOf(folder: string): string | undefined {
  const { status, stdout } = git(folder, ['rev-parse', '--show-toplevel']);
  return status === 0 ? stdout.trim() : undefined;
}

export function addWorktree(repository: string, ref: string): Worktree {
  const commit = git(repository, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (commit.status !== 0) throw new UserError(whyNoRef(ref, repository, commit));
  const parent = mkdtempSync(join(tmpdir(), 'rehearse-'));
  const root = join(parent, 'worktree');
  const remove = (): void => {
    process.off('exit', remove);
    // Twice: a checkout that was interrupted has left its worktree locked.
    git(repository, ['worktree', 'remove', '--force', '--force', root]);
    rmSync(parent, { recursive: true, force: true });
    git(repository, ['worktree', 'prune']);
  };
  process.on('exit', remove);
  const added = unlessInterrupted(
    git(repository, ['worktree', 'add', '--detach', '--quiet', root, commit.stdout.trim()]),
  );
  if (added.status !== 0) {
    remove();
    throw new UserError(`git cannot check out "${ref}": ${added.stderr.trim()}`);
  }
  lendDependencies(repository, root, ref);
  return { root, remove };
}

/** A ref that is not there git passes over in silence; what it says is that it could not look. */
function whyNoRef(ref: string, repository: string, { error, stderr }: ReturnType<typeof git>): string {
  const said = error?.message ?? stderr.trim().split('\n')[0] ?? '';
  return said === ''
    ? `"${ref}" is neither a folder nor a git ref of ${repository}. Give a folder, a branch, a tag or a commit.`
    : `"${ref}" is no folder, and git cannot look for it among the refs of ${repository}: ${said}`;
}

/** A worktree with the same lockfile builds with the installed dependencies; with another one it needs its own. */
function lendDependencies(repository: string, root: string, ref: string): void {
  if (!existsSync(join(root, 'pnpm-lock.yaml'))) return;
  if (!sameText(join(repository, 'pnpm-lock.yaml'), join(root, 'pnpm-lock.yaml'))) {
    install(root, ref);
    return;
  }
  for (const modules of globSync(['node_modules', 'packages/*/node_modules'], { cwd: repository })) {
    if (!existsSync(join(root, dirname(modules)))) continue;
    mkdirSync(join(root, dirname(modules)), { recursive: true });
    symlinkSync(join(repository, modules), join(root, modules));
  }
}

function install(root: string, ref: string): void {
  const command = ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile'];
  const { status, stderr, stdout } = unlessInterrupted(spawnSync('npx', command, { cwd: root, encoding: 'utf8' }));
  if (status !== 0)
    throw new UserError(`The dependencies of "${ref}" cannot be installed: ${(stderr || stdout).trim()}`);
}

const sameText = (one: string, other: string): boolean =>
  existsSync(one) && readFileSync(one, 'utf8') === readFileSync(other, 'utf8');

const git = (cwd: string, args: readonly string[]) => spawnSync('git', ['-C', cwd, ...args], { encoding: 'utf8' });

/** Ctrl-C reaches a program that is waited for first. What it left unfinished is nobody's mistake: this process ends as well. */
function unlessInterrupted<Ended extends { readonly signal: NodeJS.Signals | null }>(ended: Ended): Ended {
  if (ended.signal !== null) process.exit(128 + constants.signals[ended.signal]);
  return ended;
}
