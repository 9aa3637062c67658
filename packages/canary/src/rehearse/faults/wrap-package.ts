import { dirname, posix } from 'node:path';
import { compileFunction } from 'node:vm';
import { type Artifact, type Instant, packageFiles, UserError } from '@unicorns/cloud';
import type { Fault } from './fault.ts';
import { type Wrapping, wrapperSource } from './wrapper-source.ts';

export interface WrapRequest {
  /** As the template has it: `index.handler`, `src/app.lambdaHandler`. */
  readonly handler: string;
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly startsAt: Instant;
  readonly hasCatalogueSeam: boolean;
}

/** Node's runtime looks for the module under these endings, in this order. Source: reference 4.4 (S). */
const ENDINGS = ['.js', '.mjs', '.cjs'] as const;

/** A module whose one handler has a wrapper already gets another one for the next handler. */
function unusedName({ files }: Artifact, modulePath: string, ending: string): string {
  let name = `${modulePath}.release`;
  while (files.has(name + ending)) name += '.release';
  return name + ending;
}

/** As Node tells: by the ending, by the nearest package.json, else by whether the text is a CommonJS module's. */
function kindOf({ files }: Artifact, path: string, bytes: Uint8Array): Wrapping['kind'] {
  if (!path.endsWith('.js')) return path.endsWith('.mjs') ? 'esm' : 'cjs';
  const type = typeOf(files, path);
  if (type === 'module' || type === 'commonjs') return type === 'module' ? 'esm' : 'cjs';
  const text = new TextDecoder().decode(bytes).replace(/^#!/, '//');
  try {
    compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname']);
    return 'cjs';
  } catch {
    return 'esm';
  }
}

function typeOf(files: Artifact['files'], path: string): unknown {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const bytes = files.get(posix.join(folder, 'package.json'));
    if (bytes !== undefined) return manifestType(bytes);
    if (folder === '.' || folder === '/') return undefined;
  }
}

function manifestType(bytes: Uint8Array): unknown {
  try {
    const manifest: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof manifest === 'object' && manifest !== null && 'type' in manifest ? manifest.type : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A package with a wrapper in the handler's place. The handler's own module keeps its bytes and gets another name;
 * the new package has another hash, so that it is a release of its own.
 */
export function wrapPackage(artifact: Artifact, request: WrapRequest): Artifact {
  const { handler } = request;
  const [, modulePath, exportName] = /^((?:.*\/)?[^./]+)\.([A-Za-z_$][\w$]*)$/.exec(handler) ?? [];
  if (modulePath === undefined || exportName === undefined) {
    throw new UserError(`No fault can be put around the handler "${handler}": it is not of the form module.export.`);
  }
  const ending = ENDINGS.find((each) => artifact.files.has(modulePath + each));
  if (ending === undefined) {
    const names = ENDINGS.map((each) => modulePath + each).join(', ');
    throw new UserError(`No fault can be put around the handler "${handler}": its package has none of ${names}.`);
  }
  const renamed = unusedName(artifact, modulePath, ending);
  const files = new Map(artifact.files);
  const bytes = files.get(modulePath + ending) ?? new Uint8Array();
  const specifier = `./${posix.relative(dirname(renamed), renamed)}`;
  const kind = kindOf(artifact, modulePath + ending, bytes);
  files.set(renamed, bytes);
  files.set(modulePath + ending, new TextEncoder().encode(wrapperSource({ ...request, exportName, specifier, kind })));
  return packageFiles(new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
