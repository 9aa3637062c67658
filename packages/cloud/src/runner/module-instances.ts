import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SyntheticModule, type Module } from 'node:vm';
import { builtinName, type CodePackage } from './code-package.ts';
import { UnreadableModule, VIRTUAL_GLOBALS, type VirtualGlobal } from './compile-module.ts';

export type Namespace = Record<string, unknown>;

interface Instance {
  /** What `require` gives: module.exports, or an ES module's namespace. */
  exports: unknown;
  /** What `import` gives. */
  namespace: Namespace;
  /** Settled once the module has been evaluated; undefined for what is evaluated at once. */
  ready?: Promise<void>;
  evaluated: boolean;
}

/** Where the builtin modules of one environment come from. */
export type Builtins = (name: string) => object;

/** The module instances of one environment: what `import` and `require` mean inside it. */
export class ModuleInstances {
  readonly #code: CodePackage;
  readonly #globals: readonly unknown[];
  readonly #builtins: Builtins;
  readonly #onMissing: (specifier: string) => void;
  readonly #refuse: (what: string) => Error;
  readonly #instances = new Map<string, Instance>();
  readonly #builtinNamespaces = new Map<string, Namespace>();
  readonly #dynamic = new Map<Namespace, Promise<Module>>();

  constructor(
    code: CodePackage,
    globals: Readonly<Record<VirtualGlobal, unknown>>,
    builtins: Builtins,
    onMissing: (specifier: string) => void = () => undefined,
    refuse: (what: string) => Error = (what) => new Error(what),
  ) {
    this.#code = code;
    this.#globals = VIRTUAL_GLOBALS.map((name) => globals[name]);
    this.#builtins = builtins;
    this.#onMissing = onMissing;
    this.#refuse = refuse;
  }

  /** `import(path)` of a file of the package. */
  async load(path: string): Promise<Namespace> {
    const instance = this.#instanceOf(path, undefined);
    await instance.ready;
    return instance.namespace;
  }

  /** For `import(specifier)` inside a module: must give V8 a module of its own kind. */
  async dynamicImport(specifier: string, referrer: string): Promise<Module> {
    const namespace = await this.#importNamespace(specifier, referrer);
    const known = this.#dynamic.get(namespace);
    if (known !== undefined) return known;
    const made = wrapNamespace(namespace);
    this.#dynamic.set(namespace, made);
    return made;
  }

  require(specifier: string, fromPath: string, stack: readonly string[] = [fromPath]): unknown {
    const builtin = builtinName(specifier);
    if (builtin !== undefined) return this.#builtins(builtin);
    const path = this.#code.resolve(specifier, fromPath, 'require');
    if (path === undefined) throw this.#missing(specifier, stack);
    const instance = this.#instanceOf(path, stack);
    if (!instance.evaluated && instance.ready !== undefined)
      throw Object.assign(new Error(`require() cannot be used on an ESM graph with top-level await: ${path}`), {
        code: 'ERR_REQUIRE_ASYNC_MODULE',
      });
    return instance.exports;
  }

  requireFrom(fromPath: string, stack: readonly string[] = [fromPath]): NodeJS.Require {
    const require = ((specifier: string) => this.require(specifier, fromPath, stack)) as NodeJS.Require;
    const resolve = (specifier: string): string => {
      if (builtinName(specifier) !== undefined) return specifier;
      const path = this.#code.resolve(specifier, fromPath, 'require');
      if (path === undefined) throw this.#missing(specifier, stack);
      return path;
    };
    return Object.assign(require, { resolve, cache: {}, extensions: {}, main: undefined }) as NodeJS.Require;
  }

  #missing(specifier: string, stack: readonly string[]): Error {
    this.#onMissing(specifier);
    return missingModule(specifier, stack);
  }

  async #importNamespace(specifier: string, referrer: string): Promise<Namespace> {
    const builtin = builtinName(specifier);
    if (builtin !== undefined) return this.#builtinNamespace(builtin);
    return this.load(this.#resolveImport(specifier, referrer));
  }

  #resolveImport(specifier: string, referrer: string): string {
    const path = this.#code.resolve(specifier, referrer, 'import');
    if (path !== undefined) return path;
    this.#onMissing(specifier);
    const isPath = /^\.{0,2}\//.test(specifier);
    const what = isPath ? `module '${posix.resolve(posix.dirname(referrer), specifier)}'` : `package '${specifier}'`;
    throw Object.assign(new Error(`Cannot find ${what} imported from ${referrer}`), { code: 'ERR_MODULE_NOT_FOUND' });
  }

  /** A path need not exist for import.meta.resolve; a package must. */
  #resolvedUrl(specifier: string, referrer: string): string {
    if (!/^\.{0,2}\//.test(specifier)) return pathToFileURL(this.#resolveImport(specifier, referrer)).href;
    return new URL(specifier, pathToFileURL(referrer)).href;
  }

  #builtinNamespace(name: string): Namespace {
    const known = this.#builtinNamespaces.get(name);
    if (known !== undefined) return known;
    const module = this.#builtins(name);
    const namespace = Object.create(module, { default: { value: module, enumerable: true } }) as Namespace;
    this.#builtinNamespaces.set(name, namespace);
    return namespace;
  }

  #instanceOf(path: string, stack: readonly string[] | undefined): Instance {
    const known = this.#instances.get(path);
    if (known !== undefined) return known;
    if (path.endsWith('.node')) throw this.#refuse(`The native module ${path}`);
    const compiled = this.#code.compiled(path);
    const namespace = Object.create(null) as Namespace;
    const instance: Instance = { exports: namespace, namespace, evaluated: false };
    this.#instances.set(path, instance);
    switch (compiled.kind) {
      case 'json':
        setExports(instance, JSON.parse(compiled.text));
        break;
      case 'cjs':
        this.#evaluateCjs(path, instance, compiled.instantiate(...this.#globals), stack ?? []);
        break;
      case 'esm':
        this.#evaluateEsm(path, instance, compiled.requests, compiled.instantiate(...this.#globals));
        break;
      default:
        throw new Error(`unknown module ${JSON.stringify(compiled satisfies never)}`);
    }
    return instance;
  }

  #evaluateCjs(
    path: string,
    instance: Instance,
    body: ReturnType<Extract<ReturnType<CodePackage['compiled']>, { kind: 'cjs' }>['instantiate']>,
    stack: readonly string[],
  ): void {
    const module = { exports: {} as unknown, id: path, filename: path, loaded: false, children: [], paths: [] };
    instance.exports = module.exports;
    const require = this.requireFrom(path, [path, ...stack]);
    Object.assign(module, { require });
    try {
      Reflect.apply(body, module.exports, [module.exports, require, module, path, posix.dirname(path)]);
    } catch (error) {
      this.#instances.delete(path);
      throw error;
    }
    module.loaded = true;
    setExports(instance, module.exports);
  }

  #evaluateEsm(
    path: string,
    instance: Instance,
    requests: readonly string[],
    body: ReturnType<Extract<ReturnType<CodePackage['compiled']>, { kind: 'esm' }>['instantiate']>,
  ): void {
    const pending: Promise<void>[] = [];
    for (const request of requests) {
      if (builtinName(request) !== undefined) continue;
      const dependency = this.#instanceOf(this.#resolveImport(request, path), undefined);
      if (!dependency.evaluated && dependency.ready === undefined)
        throw new UnreadableModule(path, `which imports ${request}, which imports it`);
      if (!dependency.evaluated && dependency.ready !== undefined) pending.push(dependency.ready);
    }
    const imported = (specifier: string): Namespace => {
      const builtin = builtinName(specifier);
      if (builtin !== undefined) return this.#builtinNamespace(builtin);
      return this.#instanceOf(this.#resolveImport(specifier, path), undefined).namespace;
    };
    const define = (name: string, get: () => unknown): void => {
      Object.defineProperty(instance.namespace, name, { get, enumerable: true, configurable: true });
    };
    const scope = {
      imported,
      exported: define,
      reexported: (specifier: string, names: readonly (readonly [string, string])[]) => {
        const from = imported(specifier);
        for (const [name, as] of names) {
          if (as !== '*') define(as, () => (name === '*' ? from : from[name]));
          else for (const key of Object.keys(from)) if (key !== 'default') define(key, () => from[key]);
        }
      },
      meta: {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: posix.dirname(path),
        main: false,
        resolve: (specifier: string) =>
          builtinName(specifier) === undefined ? this.#resolvedUrl(specifier, path) : specifier,
      },
      done: () => {
        instance.evaluated = true;
      },
    };
    const run = async (): Promise<void> => {
      if (pending.length > 0) await Promise.all(pending);
      await body(scope);
    };
    instance.ready = run();
  }
}

function setExports(instance: Instance, exports: unknown): void {
  instance.exports = exports;
  instance.evaluated = true;
  const names = typeof exports === 'object' || typeof exports === 'function' ? Object.keys(exports ?? {}) : [];
  for (const name of names)
    if (name !== 'default')
      Object.defineProperty(instance.namespace, name, { get: () => (exports as Namespace)[name], enumerable: true });
  Object.defineProperty(instance.namespace, 'default', { value: exports, enumerable: true });
}

/** Node's text for a missing CommonJS module, with the files that led to it. */
function missingModule(specifier: string, stack: readonly string[]): Error {
  const requireStack = stack.length === 0 ? '' : `\nRequire stack:\n${stack.map((path) => `- ${path}`).join('\n')}`;
  const error = new Error(`Cannot find module '${specifier}'${requireStack}`);
  return Object.assign(error, { code: 'MODULE_NOT_FOUND', requireStack: [...stack] });
}

async function wrapNamespace(namespace: Namespace): Promise<Module> {
  const names = new Set<string>();
  for (const name in namespace) names.add(name);
  for (const name of Object.getOwnPropertyNames(namespace)) names.add(name);
  const module = new SyntheticModule([...names], () => {
    for (const name of names) module.setExport(name, namespace[name]);
  });
  await module.link(() => {
    throw new Error('a module made of values has no imports');
  });
  await module.evaluate();
  return module;
}
