import { posix } from 'node:path';
import { isBuiltin } from 'node:module';
import { compileCjs, compileEsm, compileLive, type CompiledModule, type DynamicImport } from './compile-module.ts';
import type { KeptCode } from './kept-code.ts';
import { liveBindings, type LiveBinding, type ModuleAt } from './live-bindings.ts';
import { isOfRuntime, isOfSdk, readRuntimeFile, resolveInRuntime } from './runtime-sdk.ts';
import { runtimeMajor } from './runtime-version.ts';
import type { ModuleScan } from './scan-module.ts';

/** Where Lambda unpacks a deployment package. */
export const TASK_ROOT = '/var/task';

const utf8 = new TextDecoder();

/** Releases share most of their files: what has been compiled once is kept for the other images of the thread. */
const KEPT = 64;
const kept = new Map<string, CompiledModule>();

function compiledOnce(key: string, compile: () => CompiledModule): CompiledModule {
  const made = kept.get(key) ?? compile();
  kept.delete(key);
  kept.set(key, made);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return made;
}

/** The SDK of the image, for all packages of the thread. */
const ofRuntime = new Map<string, CompiledModule | JsonModule>();

interface JsonModule {
  readonly kind: 'json';
  readonly text: string;
}

/** The files of a deployment package under /var/task, each compiled at most once per thread. */
export class CodePackage {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #compiled = new Map<string, CompiledModule | JsonModule>();
  /** Files whose imports are being looked at. */
  readonly #open = new Set<string>();
  readonly #hasSdk: boolean;
  readonly #dynamicImport: DynamicImport;
  readonly #kept: KeptCode;

  constructor(files: ReadonlyMap<string, Uint8Array>, runtime: string, kept: KeptCode, dynamicImport: DynamicImport) {
    this.#kept = kept;
    this.#hasSdk = runtimeMajor(runtime) >= 18;
    this.#files = new Map([...files].map(([path, bytes]) => [posix.join(TASK_ROOT, path), bytes]));
    this.#dynamicImport = dynamicImport;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  bytes(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  /** Throws the SyntaxError of a file that is not JavaScript. */
  compiled(path: string): CompiledModule | JsonModule {
    const kept = isOfRuntime(path) ? ofRuntime : this.#compiled;
    const known = kept.get(path);
    if (known !== undefined) return known;
    const made = this.#compile(path, utf8.decode(isOfRuntime(path) ? readRuntimeFile(path) : this.#files.get(path)));
    kept.set(path, made);
    return made;
  }

  #compile(path: string, text: string): CompiledModule | JsonModule {
    if (path.endsWith('.json')) return { kind: 'json', text };
    if (isOfRuntime(path)) return compileCjs(text, path, this.#dynamicImport);
    const type = path.endsWith('.mjs') ? 'module' : path.endsWith('.cjs') ? 'commonjs' : this.#packageType(path);
    const key = `${type} ${path}\n${text}`;
    const made = compiledOnce(key, () => this.#compileAs(type, path, text));
    if (made.kind !== 'esm') return made;
    const live = this.#liveBindings(path, made.scan);
    if (live.length === 0) return made;
    const compile = () => compileLive(text, path, made, live, this.#dynamicImport);
    return compiledOnce(`${JSON.stringify(live)} ${key}`, compile);
  }

  #liveBindings(path: string, scan: ModuleScan): readonly LiveBinding[] {
    this.#open.add(path);
    try {
      return liveBindings(path, scan, (specifier, from) => this.#moduleAt(specifier, from));
    } finally {
      this.#open.delete(path);
    }
  }

  /** An ES module of the package; what is wrong with it shows when it is loaded. */
  #moduleAt(specifier: string, from: string): ReturnType<ModuleAt> {
    if (builtinName(specifier) !== undefined) return undefined;
    try {
      const path = this.#resolveInPackage(specifier, from, 'import');
      // Modules that import each other are refused when they are loaded.
      if (path === undefined || this.#open.has(path)) return undefined;
      const module = this.compiled(path);
      return module.kind === 'esm'
        ? { path, module: { text: utf8.decode(this.#files.get(path)), scan: module.scan } }
        : undefined;
    } catch {
      return undefined;
    }
  }

  #compileAs(type: string | undefined, path: string, text: string): CompiledModule {
    if (type === 'module') return compileEsm(text, path, this.#dynamicImport, this.#kept);
    if (type === 'commonjs') return compileCjs(text, path, this.#dynamicImport, this.#kept);
    return this.#compileUntyped(path, text);
  }

  /** Without a `type`, Node takes CommonJS and turns to ES modules when the syntax is theirs. */
  #compileUntyped(path: string, text: string): CompiledModule {
    try {
      return compileCjs(text, path, this.#dynamicImport, this.#kept);
    } catch (error) {
      if (!(error instanceof SyntaxError) || !/\b(?:import|export|await)\b/.test(text)) throw error;
      return compileEsm(text, path, this.#dynamicImport, this.#kept);
    }
  }

  #packageType(path: string): string | undefined {
    for (let dir = posix.dirname(path); dir.startsWith(TASK_ROOT); dir = posix.dirname(dir)) {
      const manifest = this.#manifest(dir);
      if (manifest !== undefined) return typeof manifest['type'] === 'string' ? manifest['type'] : undefined;
    }
    return undefined;
  }

  #manifest(dir: string): Record<string, unknown> | undefined {
    const bytes = this.#files.get(posix.join(dir, 'package.json'));
    return bytes === undefined ? undefined : (JSON.parse(utf8.decode(bytes)) as Record<string, unknown>);
  }

  /** The file that `specifier` means in `fromPath`, or undefined. Builtins are not asked here. */
  resolve(specifier: string, fromPath: string, kind: 'import' | 'require'): string | undefined {
    if (isOfRuntime(fromPath)) return resolveInRuntime(specifier, fromPath);
    return this.#resolveInPackage(specifier, fromPath, kind) ?? this.#resolveInImage(specifier, fromPath);
  }

  /** Whether the image on AWS holds what is missing here. */
  isInRealImage(specifier: string): boolean {
    return this.#hasSdk && isOfSdk(specifier);
  }

  /** What a package does not hold, the image may. Source: Lambda guide, Node.js runtime-included SDK versions (D). */
  #resolveInImage(specifier: string, fromPath: string): string | undefined {
    return this.#hasSdk ? resolveInRuntime(specifier, fromPath) : undefined;
  }

  #resolveInPackage(specifier: string, fromPath: string, kind: 'import' | 'require'): string | undefined {
    const text = specifier.startsWith('file://') ? decodeURIComponent(new URL(specifier).pathname) : specifier;
    if (/^\.{0,2}\//.test(text) || text === '.' || text === '..')
      return this.#resolvePath(posix.resolve(posix.dirname(fromPath), text), kind);
    if (text.startsWith('#')) return this.#resolveInside(text, fromPath, kind);
    for (let dir = posix.dirname(fromPath); dir.startsWith(TASK_ROOT); dir = posix.dirname(dir)) {
      const found = this.#resolvePackage(posix.join(dir, 'node_modules'), text, kind);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `#name`, by the `imports` of the package that the file belongs to. */
  #resolveInside(specifier: string, fromPath: string, kind: 'import' | 'require'): string | undefined {
    for (let dir = posix.dirname(fromPath); dir.startsWith(TASK_ROOT); dir = posix.dirname(dir)) {
      const manifest = this.#manifest(dir);
      if (manifest === undefined) continue;
      const target = subpathTarget(manifest['imports'], specifier, kind);
      if (target === undefined) return undefined;
      if (target.startsWith('./')) return this.#resolvePath(posix.join(dir, target), kind);
      return this.#resolveInPackage(target, fromPath, kind);
    }
    return undefined;
  }

  #resolvePath(path: string, kind: 'import' | 'require'): string | undefined {
    if (this.#files.has(path)) return path;
    if (kind === 'import') return undefined;
    for (const end of ['.js', '.json', '.node']) if (this.#files.has(path + end)) return path + end;
    const main = this.#manifest(path)?.['main'];
    if (typeof main === 'string') {
      const found = this.#resolvePath(posix.join(path, main), kind);
      if (found !== undefined) return found;
    }
    const index = posix.join(path, 'index.js');
    return this.#files.has(index) ? index : undefined;
  }

  #resolvePackage(modules: string, specifier: string, kind: 'import' | 'require'): string | undefined {
    const [, name, rest] = /^(@[^/]+\/[^/]+|[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    if (name === undefined) return undefined;
    const dir = posix.join(modules, name);
    const manifest = this.#manifest(dir);
    if (manifest === undefined) return this.#resolvePath(posix.join(modules, specifier), kind);
    if (manifest['exports'] !== undefined && manifest['exports'] !== null) {
      const target = exportTarget(manifest['exports'], `.${rest ?? ''}`, kind);
      if (target === undefined) throw notExported(dir, rest);
      return this.#resolvePath(posix.join(dir, target), kind);
    }
    if (rest !== undefined) return this.#resolvePath(posix.join(dir, rest), kind);
    const main = typeof manifest['main'] === 'string' ? manifest['main'] : 'index.js';
    return this.#resolvePath(posix.join(dir, main), 'require');
  }
}

/** A package's `exports` by Node's conditions; patterns with `*` take the text they stand for. */
function exportTarget(exports: unknown, subpath: string, kind: 'import' | 'require'): string | undefined {
  if (typeof exports === 'string') return subpath === '.' ? exports : undefined;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const map = exports as Record<string, unknown>;
  if (!Object.keys(map).some((key) => key.startsWith('.')))
    return subpath === '.' ? conditionTarget(map, kind) : undefined;
  return subpathTarget(map, subpath, kind);
}

function subpathTarget(paths: unknown, subpath: string, kind: 'import' | 'require'): string | undefined {
  if (typeof paths !== 'object' || paths === null) return undefined;
  const map = paths as Record<string, unknown>;
  if (Object.hasOwn(map, subpath)) return conditionTarget(map[subpath], kind);
  for (const [pattern, target] of Object.entries(map)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    const star = subpath.slice(before.length, subpath.length - after.length);
    return conditionTarget(target, kind)?.replaceAll('*', star);
  }
  return undefined;
}

function conditionTarget(target: unknown, kind: 'import' | 'require'): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return conditionTarget(target[0], kind);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (!CONDITIONS.has(condition) && condition !== kind) continue;
    const found = conditionTarget(inner, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

const CONDITIONS: ReadonlySet<string> = new Set(['node', 'default', 'module-sync']);

/** Node's refusal of what a package keeps to itself. */
function notExported(dir: string, rest: string | undefined): Error {
  const what =
    rest === undefined ? 'No "exports" main defined' : `Package subpath '.${rest}' is not defined by "exports"`;
  return Object.assign(new Error(`${what} in ${dir}/package.json`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
}

/** The builtin's name without `node:`, when Node has it. */
export const builtinName = (specifier: string): string | undefined =>
  isBuiltin(specifier) ? specifier.replace(/^node:/, '') : undefined;
