import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allFailed, BuildFailed } from './build-failed.ts';
import { bundle } from './bundle.ts';
import { functions, type FunctionSource } from './functions.ts';

export interface BuildRequest {
  /** Absolute path of the repository, or of a worktree of it, with its dependencies installed. */
  readonly root: string;
  /** Absolute path of the folder that gets one folder per function. */
  readonly outdir: string;
  /** Default: every function of the template. */
  readonly only?: readonly FunctionSource[];
  /** As in `BundleRequest`; one that no function built here imports is an error: it would change nothing. */
  readonly replacements?: Readonly<Record<string, string>>;
  /** Absolute path for `maps/<name>.mjs.map` and `meta/<name>.json`; without it they are not kept. */
  readonly byproductsDir?: string;
}

export interface BuiltFunction {
  readonly name: string;
  /** `<outdir>/<name>/index.mjs`, the only file in its folder. */
  readonly file: string;
  readonly bytes: number;
  /** Of the bundle, in hex. */
  readonly sha256: string;
  /** The replacements that went into it, by path. */
  readonly replaced: readonly string[];
}

/** Builds functions into folders that hold nothing but their minified bundle, so that each folder can be a CodeUri. */
export async function buildFunctions(request: BuildRequest): Promise<readonly BuiltFunction[]> {
  const built = await allBuilt((request.only ?? functions).map((source) => buildFunction(source, request)));
  const idle = Object.keys(request.replacements ?? {}).filter(
    (path) => !built.some(({ replaced }) => replaced.includes(path)),
  );
  if (idle.length > 0)
    throw new BuildFailed(
      idle.map((file) => ({ message: `No function imports ${file}: to replace it would change nothing.`, file })),
    );
  return built;
}

/** Waits for all, so that every problem is told and the bundler is left with nothing to do. */
async function allBuilt(building: readonly Promise<BuiltFunction>[]): Promise<readonly BuiltFunction[]> {
  const ends = await Promise.allSettled(building);
  const reasons = ends.flatMap((end): readonly unknown[] => (end.status === 'rejected' ? [end.reason] : []));
  const failed = reasons.flatMap((reason) => (reason instanceof BuildFailed ? [reason] : []));
  if (failed.length < reasons.length) throw reasons.find((reason) => !(reason instanceof BuildFailed));
  if (failed.length > 0) throw allFailed(failed);
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

async function buildFunction({ name, entry }: FunctionSource, request: BuildRequest): Promise<BuiltFunction> {
  const { root, outdir, byproductsDir, replacements = {} } = request;
  const { code, sourceMap, metafile, replaced } = await bundle({ root, entry, replacements });
  const folder = join(outdir, name);
  await emptyExcept(folder, 'index.mjs');
  await writeIfChanged(join(folder, 'index.mjs'), code);
  if (byproductsDir !== undefined) {
    await mkdir(join(byproductsDir, 'maps'), { recursive: true });
    await mkdir(join(byproductsDir, 'meta'), { recursive: true });
    await writeFile(join(byproductsDir, 'maps', `${name}.mjs.map`), sourceMap);
    await writeFile(join(byproductsDir, 'meta', `${name}.json`), JSON.stringify(metafile));
  }
  const sha256 = createHash('sha256').update(code).digest('hex');
  return { name, file: join(folder, 'index.mjs'), bytes: code.length, sha256, replaced };
}

async function emptyExcept(folder: string, kept: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const strangers = (await readdir(folder)).filter((file) => file !== kept);
  await Promise.all(strangers.map((file) => rm(join(folder, file), { recursive: true })));
}

/** `aws cloudformation package` hashes the files' times too, so an unchanged bundle keeps its own. */
async function writeIfChanged(file: string, code: Uint8Array): Promise<void> {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(code) !== true) await writeFile(file, code);
}
