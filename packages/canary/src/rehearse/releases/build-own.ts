/** Builds the repository's own functions, once per state of their sources: `.build/releases/<key>/<function>/index.mjs`. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@unicorns/cloud';

export interface OwnSources {
  /** Absolute path of the repository or of a worktree of it. */
  readonly root: string;
  /** Source texts that stand in for files of the repository, by their path from the root. */
  readonly replacements: Readonly<Record<string, string>>;
  /** Absolute path of the folder for what was built. */
  readonly cacheDir: string;
  /** Called when something has to be built, which takes a second. */
  readonly onBuild?: () => void;
}

/** Everything a bundle is made of: sources, the bundler's settings and the installed versions. */
const INPUTS = [
  'packages/{list,hooks}/src/**/*.ts',
  'packages/{list,hooks}/package.json',
  'packages/canary/src/build/*.ts',
  'pnpm-lock.yaml',
];

const builds = new Map<string, Promise<string>>();

/** The folder with one folder per function. Throws a UserError with every place that does not build. */
export function buildOwn(sources: OwnSources): Promise<string> {
  const folder = join(sources.cacheDir, keyOf(sources));
  const known = builds.get(folder);
  if (known !== undefined) return known;
  const building = existsSync(folder) ? Promise.resolve(folder) : build(sources, folder);
  builds.set(folder, building);
  return building;
}

async function build({ root, replacements, onBuild }: OwnSources, folder: string): Promise<string> {
  onBuild?.();
  const { buildFunctions, BuildFailed, functions } = await import('../../build/index.ts');
  // An older checkout may lack a function; a template that asks for it all the same is told so.
  const only = functions.filter(({ entry }) => existsSync(join(root, entry)));
  const unfinished = `${folder}.${process.pid}`;
  const clear = (): void => rmSync(unfinished, { recursive: true, force: true });
  process.once('exit', clear);
  mkdirSync(unfinished, { recursive: true });
  try {
    await buildFunctions({ root, outdir: unfinished, replacements, only });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } catch (error) {
    if (error instanceof BuildFailed) throw new UserError(error.problems, { cause: error });
    throw error;
  } finally {
    clear();
    process.off('exit', clear);
  }
  return folder;
}

/** A checkout that holds the sources of the list function can be built here. */
export const isOwnRepository = (root: string): boolean => existsSync(join(root, 'packages/list/src/list-unicorns.ts'));

const sourceKeys = new Map<string, string>();

function keyOf({ root, replacements }: OwnSources): string {
  const sources = sourceKeys.get(root) ?? hashSources(root);
  sourceKeys.set(root, sources);
  const hash = createHash('sha256').update(sources);
  for (const path of Object.keys(replacements).toSorted()) hash.update(`\0${path}\0${replacements[path]}`);
  return hash.digest('hex').slice(0, 16);
}

function hashSources(root: string): string {
  const hash = createHash('sha256');
  const files = INPUTS.flatMap((pattern) => globSync(pattern, { cwd: root })).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  for (const file of files.toSorted()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
