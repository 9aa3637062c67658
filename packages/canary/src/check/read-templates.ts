/** Templates and the code beside them, from the disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { UserError } from '@unicorns/cloud/inspect';
import type { TemplateSource } from './check-templates.ts';
import { readTemplateFile, whyNoTemplate } from '../template-file.ts';
import { importsElsewhere } from './imports-elsewhere.ts';
import type { Bundle } from './template/bundle.ts';

const CODE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.py']);
const DEPENDENCIES = new Set(['node_modules', 'package.json', 'requirements.txt', 'pyproject.toml']);
const TESTS = new Set(['tests', 'test', '__tests__', '.git', '.aws-sam']);
const MOST_BYTES = 20_000_000;
/** Source: CFNG:cloudformation-limits (D). */
const LONGEST_BYTES = 1_048_576;

/** Throws UserError for files that are not there. */
export function readTemplates(files: readonly string[]): readonly TemplateSource[] {
  const missing = files.flatMap((file) => whyNoTemplate(file) ?? []);
  if (missing.length > 0) throw new UserError(missing.map((message) => ({ message })));
  const tooLong = files.filter((file) => statSync(file).size > LONGEST_BYTES);
  if (tooLong.length > 0) {
    throw new UserError(
      tooLong.map((file) => ({
        message: `"${file}" has ${statSync(file).size} bytes, and CloudFormation takes templates of at most ${LONGEST_BYTES}.`,
      })),
    );
  }
  return files.map((file) => ({
    fileName: shownName(file),
    text: readTemplateFile(file),
    readBundle: (codeUri) => readBundle(resolve(dirname(file), codeUri)),
  }));
}

/** As short as it can be said from where the person stands. */
function shownName(file: string): string {
  const near = relative(process.cwd(), resolve(file));
  return near.startsWith('..') ? file : near;
}

const read = new Map<string, Bundle | undefined>();

/** Undefined when there is no such folder or file, or no code in it that can be read as text. */
export function readBundle(path: string): Bundle | undefined {
  if (read.has(path)) return read.get(path);
  const bundle = existsSync(path) ? bundleAt(path) : undefined;
  read.set(path, bundle);
  return bundle;
}

function bundleAt(path: string): Bundle | undefined {
  const isFolder = statSync(path).isDirectory();
  const found = isFolder ? codeFiles(path) : { files: CODE.has(extname(path)) ? [path] : [], hasDependencies: false };
  const bytes = found.files.reduce((sum, file) => sum + statSync(file).size, 0);
  if (found.files.length === 0 || bytes > MOST_BYTES) return undefined;
  const texts = new Map(found.files.map((file) => [relative(path, file), readFileSync(file, 'utf8')]));
  return { texts, isWhole: !found.hasDependencies && !importsElsewhere(texts) };
}

/** Dependencies are not read: the SDK itself names every operation. */
function codeFiles(folder: string): { readonly files: readonly string[]; readonly hasDependencies: boolean } {
  const files: string[] = [];
  let hasDependencies = false;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (DEPENDENCIES.has(entry.name)) hasDependencies = true;
    else if (entry.isFile() && CODE.has(extname(entry.name))) files.push(join(folder, entry.name));
    else if (entry.isDirectory() && !TESTS.has(entry.name)) {
      const inner = codeFiles(join(folder, entry.name));
      files.push(...inner.files);
      hasDependencies ||= inner.hasDependencies;
    }
  }
  return { files, hasDependencies };
}
