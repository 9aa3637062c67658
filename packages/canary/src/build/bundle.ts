import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { buildFailed } from './build-failed.ts';

export interface BundleRequest {
  /** Absolute path of the repository, or of a worktree of it, with its dependencies installed. */
  readonly root: string;
  /** The file that exports `handler`, from the root, with forward slashes. */
  readonly entry: string;
  /**
   * Source texts (TypeScript) that stand in for files of the repository, by their path from the root. Their relative
   * imports are those of the file they replace, which itself can be imported with `?original` after its name. The seam of the list handler is `packages/list/src/catalogue.ts`.
   */
  readonly replacements?: Readonly<Record<string, string>>;
}

/** A function as Lambda gets it, and what explains it. Equal sources give equal bytes, wherever the root lies. */
export interface Bundle {
  /** The minified ES module: `index.mjs`, handler `index.handler`. */
  readonly code: Uint8Array;
  readonly sourceMap: Uint8Array;
  readonly metafile: Metafile;
  /** The replacements that the entry reaches, by path; one that is missing here changed nothing. */
  readonly replaced: readonly string[];
}

/**
 * `mainFields`: without it `platform: node` takes the SDK's CommonJS, whose `require` of builtins dies in an ES module.
 * Credentials inside Lambda are always in the environment; the SDK's whole chain would add 118 kB and 22 ms of init.
 */
const OPTIONS = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  write: false,
  outfile: 'index.mjs',
  logLevel: 'silent',
  alias: { '@aws-sdk/credential-provider-node': './packages/hooks/src/environment-credentials.ts' },
} as const satisfies BuildOptions;

/** Bundles one function in memory. Throws `BuildFailed` when the sources do not build. */
export async function bundle({ root, entry, replacements = {} }: BundleRequest): Promise<Bundle> {
  const replaced = new Set<string>();
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: [entry],
    plugins: [replacing(root, replacements, replaced)],
  }).catch((error: unknown) => {
    throw buildFailed(error);
  });
  const output = (suffix: string): Uint8Array => {
    const file = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (!file) throw new Error(`esbuild gave no ${suffix} for ${entry}.`);
    return file.contents;
  };
  return {
    code: output('index.mjs'),
    sourceMap: output('index.mjs.map'),
    metafile,
    replaced: [...replaced].toSorted(),
  };
}

function replacing(root: string, replacements: Readonly<Record<string, string>>, replaced: Set<string>): Plugin {
  return {
    name: 'replacing',
    setup(esbuild) {
      esbuild.onResolve({ filter: /\?original$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\?original$/, '')),
        namespace: 'original',
      }));
      esbuild.onLoad({ filter: /\.ts$/, namespace: 'original' }, async ({ path }) => ({
        contents: await readFile(path, 'utf8'),
        loader: 'ts',
        resolveDir: dirname(path),
      }));
      esbuild.onLoad({ filter: /\.ts$/, namespace: 'file' }, async ({ path }) => {
        const key = relative(root, path).split(sep).join('/');
        const contents = replacements[key];
        if (contents === undefined) return undefined;
        replaced.add(key);
        return { contents, loader: 'ts', resolveDir: dirname(path) };
      });
    },
  };
}
