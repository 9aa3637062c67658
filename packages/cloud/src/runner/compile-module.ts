import { readFileSync } from 'node:fs';
import { Script, SourceTextModule } from 'node:vm';
import type { KeptCode } from './kept-code.ts';
import type { LiveBinding } from './live-bindings.ts';
import { scanModule, type Export, type ModuleScan } from './scan-module.ts';

/** Names that handler code finds without importing them, and that are the environment's own. */
export const VIRTUAL_GLOBALS = [
  'globalThis',
  'global',
  'process',
  'console',
  'Date',
  'Math',
  'Intl',
  'Atomics',
  'performance',
  'PerformanceObserver',
  'crypto',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'fetch',
  'AbortSignal',
  'WebSocket',
  'EventSource',
  'CompressionStream',
  'DecompressionStream',
  'MessageChannel',
  'BroadcastChannel',
  'Blob',
  'WebAssembly',
  'awslambda',
] as const;
export type VirtualGlobal = (typeof VIRTUAL_GLOBALS)[number];

/** What a module's function is called with, once per environment. */
export interface ModuleScope {
  /** Throws Node's SyntaxError for a name that the module does not export. */
  readonly imported: (specifier: string, names: readonly string[]) => Record<string, unknown>;
  /** An object whose members are those variables of other modules. */
  readonly live: (bindings: readonly LiveBinding[]) => object;
  readonly exported: (name: string, get: () => unknown) => void;
  readonly reexported: (specifier: string, names: readonly (readonly [string, string])[]) => void;
  readonly meta: object;
  /** The last statement of the module has run. */
  readonly done: () => void;
}

export type EsmBody = (scope: ModuleScope) => Promise<void>;
export type CjsBody = (
  this: unknown,
  exports: unknown,
  require: unknown,
  module: unknown,
  filename: string,
  dirname: string,
) => unknown;

/** A file compiled once per thread; `instantiate` binds it to one environment's globals. */
export type CompiledModule =
  | {
      readonly kind: 'esm';
      readonly requests: readonly ModuleRequest[];
      readonly scan: ModuleScan;
      readonly instantiate: (...globals: unknown[]) => EsmBody;
    }
  | { readonly kind: 'cjs'; readonly instantiate: (...globals: unknown[]) => CjsBody };

/** A specifier, and the `type` that the import says it has. */
export interface ModuleRequest {
  readonly specifier: string;
  readonly type?: string;
}

/** Resolves `import(specifier)` of whichever environment runs at that moment. */
export type DynamicImport = (specifier: string, referrer: string) => unknown;

/**
 * A module becomes a function whose parameters are the virtual globals, so that one compilation serves every
 * environment and each environment has its own module instance, clock, process and console. The text keeps its
 * lines and columns: declarations are blanked out in place and what replaces them stands on a line before the first.
 */
export function compileEsm(
  source: string,
  filename: string,
  dynamicImport: DynamicImport,
  kept?: KeptCode,
): CompiledModule {
  const read = (): ReadModule => readEsm(source, filename);
  const make = ({ scan }: ReadModule, cachedData: Buffer | undefined): Script =>
    scriptOf(esmText(source, scan, []), filename, dynamicImport, cachedData);
  const { script, reading } = kept?.script(`esm ${thisCompiler()}`, source, read, make) ?? made(read(), make);
  return { kind: 'esm', ...reading, instantiate: script.runInThisContext() };
}

/** The same module with imports that are looked up whenever they are read. */
export function compileLive(
  source: string,
  filename: string,
  { requests, scan }: ReadModule,
  live: readonly LiveBinding[],
  dynamicImport: DynamicImport,
): CompiledModule {
  const script = scriptOf(esmText(source, scan, live), filename, dynamicImport);
  return { kind: 'esm', requests, scan, instantiate: script.runInThisContext() };
}

/** Strict code inside a `with` of sloppy code finds the live imports as members of an object. */
function esmText(source: string, scan: ModuleScan, live: readonly LiveBinding[]): string {
  const head = `"use strict";${importsHead(scan, live)}${exportsHead(scan)}\n`;
  const body = `${blankOut(source, scan)}\n;$scope.done()`;
  if (live.length === 0) return `${GLOBALS}return async function($scope){${head}${body}}})`;
  return `${GLOBALS}return function($scope){with($scope.live(${JSON.stringify(live)}))return(async function(){${head}${body}})()}})`;
}

export function compileCjs(
  source: string,
  filename: string,
  dynamicImport: DynamicImport,
  kept?: KeptCode,
): CompiledModule {
  const read = (): null => null;
  const make = (_: null, cachedData: Buffer | undefined): Script => {
    const text = source.startsWith('#!') ? `//${source}` : source;
    const head = `${GLOBALS}return function(exports,require,module,__filename,__dirname){\n`;
    return scriptOf(`${head}${text}\n}})`, filename, dynamicImport, cachedData);
  };
  const { script } = kept?.script(`cjs ${thisCompiler()}`, source, read, make) ?? made(read(), make);
  return { kind: 'cjs', instantiate: script.runInThisContext() };
}

const GLOBALS = `(function(${VIRTUAL_GLOBALS.join(',')}){`;

const made = <Reading>(reading: Reading, make: (reading: Reading, cachedData: undefined) => Script) => ({
  reading,
  script: make(reading, undefined),
});

const scriptOf = (text: string, filename: string, dynamicImport: DynamicImport, cachedData?: Buffer): Script =>
  new Script(text, {
    filename,
    lineOffset: -1,
    importModuleDynamically: (specifier) => dynamicImport(specifier, filename) as never,
    ...(cachedData && { cachedData }),
  });

let compiler: string | undefined;

/** What a kept reading depends on beside the text: how texts are read, and what is made of them. */
function thisCompiler(): string {
  const files = [import.meta.url, new URL('scan-module.ts', import.meta.url)];
  return (compiler ??= files.map((file) => readFileSync(new URL(file), 'utf8')).join('\0'));
}

/** How an ES module's text is to be read: plain data. */
interface ReadModule {
  readonly requests: readonly ModuleRequest[];
  readonly scan: ModuleScan;
}

function readEsm(source: string, filename: string): ReadModule {
  const requests = checkSyntax(source, filename);
  const scan = scanModule(source);
  if (scan === undefined || !sameRequests(scan, requests)) throw new UnreadableModule(filename);
  return { requests, scan };
}

/** An ES module in a shape this runner cannot load. */
export class UnreadableModule extends Error {
  readonly filename: string;
  readonly why: string;

  constructor(filename: string, why = 'in a form that is not read') {
    super(`A rehearsal cannot load ${filename}, ${why}; bundle the function into one file, for example with esbuild.`);
    this.filename = filename;
    this.why = why;
  }
}

/** The engine's own reading: throws the SyntaxError that Lambda would report, else gives the requests it found. */
function checkSyntax(source: string, filename: string): ModuleRequest[] {
  const module = new SourceTextModule(source, { identifier: filename });
  return module.moduleRequests.map(({ specifier, attributes }) => {
    const { type } = attributes as { readonly type?: string };
    return type === undefined ? { specifier } : { specifier, type };
  });
}

function sameRequests(scan: ModuleScan, requests: readonly ModuleRequest[]): boolean {
  const found = new Set(scan.imports.map((one) => one.specifier));
  for (const one of scan.exports) if (one.kind === 'from') found.add(one.specifier);
  const asked = new Set(requests.map(({ specifier }) => specifier));
  return found.size === asked.size && found.isSubsetOf(asked);
}

const quoted = (text: string): string => JSON.stringify(text);

function importsHead({ imports }: ModuleScan, live: readonly LiveBinding[]): string {
  const isLive = (specifier: string, local: string): boolean =>
    live.some(([from, , name]) => from === specifier && name === local);
  let head = '';
  for (const { specifier, bindings } of imports) {
    const named = bindings.filter(([name]) => name !== '*');
    const from = `$scope.imported(${quoted(specifier)},${JSON.stringify(named.map(([name]) => name))})`;
    const copied = named.filter(([, local]) => !isLive(specifier, local));
    if (copied.length === 0) head += `${from};`;
    else head += `const {${copied.map(([name, local]) => `${name}:${local}`).join(',')}}=${from};`;
    for (const [name, local] of bindings) if (name === '*') head += `const ${local}=${from};`;
  }
  return head;
}

function exportsHead({ exports }: ModuleScan): string {
  return exports.map(exportHead).join('');
}

const publish = (exported: string, local: string): string => `$scope.exported(${quoted(exported)},()=>${local});`;

function exportHead(one: Export): string {
  switch (one.kind) {
    case 'names':
      return one.names.map(([local, exported]) => publish(exported, local)).join('');
    case 'declaration':
      return one.names.map((name) => publish(name, name)).join('');
    case 'default-declaration':
      return publish('default', one.name);
    case 'default-expression':
      return `let $default;${publish('default', '$default')}`;
    case 'from':
      return `$scope.reexported(${quoted(one.specifier)},${JSON.stringify(one.names)});`;
    default:
      throw new Error(`unknown export ${JSON.stringify(one satisfies never)}`);
  }
}

function blankOut(source: string, { imports, exports, metas }: ModuleScan): string {
  const edits = [
    ...imports.map(({ start, end }) => ({ start, end, text: '' })),
    ...exports.map(({ start, end, kind }) => ({ start, end, text: kind === 'default-expression' ? '$default=' : '' })),
    ...metas.map((start) => ({ start, end: start + 11, text: '$scope.meta' })),
  ].toSorted((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (const { start, end, text } of edits) {
    out += source.slice(at, start);
    const blank = source.slice(start, end).replace(/[^\r\n]/g, ' ');
    out += text + blank.slice(text.length);
    at = end;
  }
  out += source.slice(at);
  return out.startsWith('#!') ? `//${out.slice(2)}` : out;
}
