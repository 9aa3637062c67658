import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SyntheticModule, type Module } from 'node:vm';
import { builtinName, type CodePackage } from './code-package.ts';
import { UnreadableModule, VIRTUAL_GLOBALS, type ModuleRequest, type VirtualGlobal } from './compile-module.ts';
import type { LiveBinding } from './live-bindings.ts';

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
        instance.exports = JSON.parse(compiled.text);
        namespace['default'] = instance.exports;
        instance.evaluated = true;
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

  /** Node's error for a name that an import asks for in vain. */
  #notExported(specifier: string, referrer: string, name: string, isFile: boolean): SyntaxError {
    const isCjs = isFile && this.#code.compiled(this.#resolveImport(specifier, referrer)).kind === 'cjs';
    if (!isCjs)
      return new SyntaxError(`The requested module '${specifier}' does not provide an export named '${name}'`);
    return new SyntaxError(
      `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.\n` +
        `CommonJS modules can always be imported via the default export, for example using:\n\nimport pkg from '${specifier}';\nconst { ${name} } = pkg;\n`,
    );
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
    requests: readonly ModuleRequest[],
    body: ReturnType<Extract<ReturnType<CodePackage['compiled']>, { kind: 'esm' }>['instantiate']>,
  ): void {
    const pending: Promise<void>[] = [];
    for (const { specifier, type } of requests) {
      if (builtinName(specifier) !== undefined) continue;
      const asked = this.#resolveImport(specifier, path);
      checkType(asked, type);
      const dependency = this.#instanceOf(asked, undefined);
      if (!dependency.evaluated && dependency.ready === undefined)
        throw new UnreadableModule(path, `which imports ${specifier}, which imports it`);
      if (!dependency.evaluated && dependency.ready !== undefined) pending.push(dependency.ready);
    }
    const imported = (specifier: string, names: readonly string[]): Namespace => {
      const builtin = builtinName(specifier);
      const namespace =
        builtin === undefined
          ? this.#instanceOf(this.#resolveImport(specifier, path), undefined).namespace
          : this.#builtinNamespace(builtin);
      for (const name of names)
        if (!(name in namespace)) throw this.#notExported(specifier, path, name, builtin === undefined);
      return namespace;
    };
    const define = (name: string, get: () => unknown): void => {
      Object.defineProperty(instance.namespace, name, { get, enumerable: true, configurable: true });
    };
    const scope = {
      imported,
      live: (bindings: readonly LiveBinding[]) => liveObject(bindings, imported),
      exported: define,
      reexported: (specifier: string, names: readonly (readonly [string, string])[]) => {
        const from = imported(
          specifier,
          names.flatMap(([name]) => (name === '*' ? [] : [name])),
        );
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
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  for (const name of isObject ? Object.keys(exports) : [])
    if (name !== 'default')
      Object.defineProperty(instance.namespace, name, { get: () => (exports as Namespace)[name], enumerable: true });
  Object.defineProperty(instance.namespace, 'default', { value: exports, enumerable: true });
}

/** JSON has to be imported as such, and nothing else may be. Source: Node, import attributes (D). */
function checkType(path: string, type: string | undefined): void {
  const isJson = path.endsWith('.json');
  if (isJson === (type === 'json')) return;
  const url = pathToFileURL(path).href;
  throw isJson
    ? Object.assign(new TypeError(`Module "${url}" needs an import attribute of "type: json"`), {
        code: 'ERR_IMPORT_ATTRIBUTE_MISSING',
      })
    : Object.assign(new TypeError(`Module "${url}" is not of type "${type}"`), {
        code: 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
      });
}

/** Its members are read only, as imports are. */
function liveObject(
  bindings: readonly LiveBinding[],
  imported: (specifier: string, names: readonly string[]) => Namespace,
): object {
  const object = Object.create(null) as object;
  for (const [specifier, name, local] of bindings)
    Object.defineProperty(object, local, { get: () => imported(specifier, [])[name] });
  return object;
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
