/** What `sam package` does with a local CodeUri: the folder's files become an artifact under a key of its content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { BadZip, unzip } from '../services/lambda/index.ts';
import { UserError } from '../user-error.ts';
import type { Artifact } from '../world-state.ts';

/** Lambda's limit for an unzipped deployment package. */
const MAX_UNZIPPED_BYTES = 262_144_000;

/**
 * The package at `path`, relative to the template's folder: a folder, an archive, or one file. Equal
 * names and contents give an equal key and hash, whenever and wherever they were built; times and permissions do
 * not count. Source: SC:lib/utils/hash.py `dir_checksum`; codedeploy-sam-cloudformation.md §4.6.
 * Throws UserError.
 */
export function packageCode(templateDirectory: string, path: string): Artifact {
  const root = realPath(resolve(templateDirectory, path), path);
  const files = statSync(root).isDirectory() ? readFolder(root, path) : readSingleFile(root, path);
  if (files.size === 0) throw new UserError(`The code folder ${path} is empty. Build the function first.`);
  return packageFiles(files);
}

/** An artifact of these files, by path inside the package; keyed by names and contents in the order given. */
export function packageFiles(files: ReadonlyMap<string, Uint8Array>): Artifact {
  const key = createHash('md5');
  const content = createHash('sha256');
  for (const [name, bytes] of files) {
    key.update(`${sep}${name}`).update(createHash('md5').update(bytes).digest('hex'));
    content.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return { key: key.digest('hex'), sha256: content.digest('base64'), files };
}

function realPath(absolute: string, path: string): string {
  try {
    return realpathSync(absolute);
  } catch (cause) {
    throw new UserError(`The code folder ${path} does not exist. Build the function first.`, { cause });
  }
}

function readSingleFile(file: string, path: string): ReadonlyMap<string, Uint8Array> {
  if (/\.zip$/i.test(file)) return readArchive(file, path);
  if (/\.jar$/i.test(file))
    throw new UserError(`The code ${path} is Java’s, and cannot be rehearsed. See docs/slice.md#runtimes.`);
  return new Map([[relative(join(file, '..'), file), new Uint8Array(readFileSync(file))]]);
}

/** SAM uploads an archive as it is. */
function readArchive(file: string, path: string): ReadonlyMap<string, Uint8Array> {
  try {
    return unzip(new Uint8Array(readFileSync(file)));
  } catch (cause) {
    if (!(cause instanceof BadZip)) throw cause;
    throw new UserError(`The code ${path} cannot be unpacked: ${cause.message}`, { cause });
  }
}

/** Links are followed, as SAM follows them, but never out of the folder and never in a circle. */
function readFolder(root: string, path: string): ReadonlyMap<string, Uint8Array> {
  const found = filesOf(root, root, path, new Set());
  const bytes = found.reduce((sum, file) => sum + statSync(file).size, 0);
  if (bytes > MAX_UNZIPPED_BYTES) {
    throw new UserError(`The code folder ${path} has ${bytes} bytes; Lambda takes at most ${MAX_UNZIPPED_BYTES}.`);
  }
  const names = found.map((file) => [relative(root, file).split(sep).join('/'), file] as const);
  const sorted = names.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, file]) => [name, new Uint8Array(readFileSync(file))]));
}

function filesOf(folder: string, root: string, path: string, above: ReadonlySet<string>): readonly string[] {
  const here = realpathSync(folder);
  if (above.has(here))
    throw new UserError(`The code folder ${path} holds a link to a folder above it: ${relative(root, folder)}.`);
  const seen = new Set([...above, here]);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name);
    if (entry.isSymbolicLink()) refuseEscape(file, root, path);
    const stat = statSync(file);
    if (stat.isDirectory()) return filesOf(file, root, path, seen);
    return stat.isFile() ? [file] : [];
  });
}

function refuseEscape(link: string, root: string, path: string): void {
  const target = realPath(link, relative(process.cwd(), link));
  if (target === root || target.startsWith(root + sep)) return;
  throw new UserError(
    `The code folder ${path} holds a link that leads out of it: ${relative(root, link)}. Copy what it points to.`,
  );
}
