import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SourceTextModule } from 'node:vm';
import { compileEsm } from './compile-module.ts';
import { scanModule } from './scan-module.ts';

/** Imports as `specifier: name as local`, exports as `name` in order, of a module that Node accepts too. */
function checkScan(text: string, expected: { imports?: string[]; exports?: string[] }): void {
  const module = new SourceTextModule(text);
  const scan = scanModule(text);
  expect(
    scan?.imports.flatMap(({ specifier, bindings }) =>
      bindings.map(([name, local]) => `${specifier}: ${name} as ${local}`),
    ),
  ).toEqual(expected.imports ?? []);
  expect(scan?.exports.flatMap(exportedNames)).toEqual(expected.exports ?? []);
  const from = scan?.exports.flatMap((one) => (one.kind === 'from' ? [one.specifier] : [])) ?? [];
  const requests = new Set(module.moduleRequests.map(({ specifier }) => specifier));
  expect(new Set([...(scan?.imports ?? []).map(({ specifier }) => specifier), ...from])).toEqual(requests);
}

function exportedNames(one: NonNullable<ReturnType<typeof scanModule>>['exports'][number]): string[] {
  if (one.kind === 'names' || one.kind === 'from') return one.names.map(([, exported]) => exported);
  return one.kind === 'declaration' ? [...one.names] : ['default'];
}

test.each<[string, string, { imports?: string[]; exports?: string[] }]>([
  ['named', 'import {a, b as c} from "x";', { imports: ['x: a as a', 'x: b as c'] }],
  ['minified', 'import{a as b}from"x";import c from"y";', { imports: ['x: a as b', 'y: default as c'] }],
  ['default and named', "import d, { a } from 'x'", { imports: ['x: default as d', 'x: a as a'] }],
  ['namespace', 'import * as n from "x"', { imports: ['x: * as n'] }],
  ['default and namespace', 'import d, * as n from "x"', { imports: ['x: default as d', 'x: * as n'] }],
  ['for effect', 'import "x";', {}],
  ['with attributes', 'import d from "./x.json" with { type: "json" };', { imports: ['./x.json: default as d'] }],
  ['names that begin like keywords', 'const imported = 1, exporter = 2; imported; exporter;', {}],
  ['import() is no declaration', 'const m = await import("x"); import("y");', {}],
  ['members named import', 'const o = { import: 1, export: 2 }; o.import; o.export;', {}],
  [
    'in strings, templates, comments',
    '"import a from b"; `export ${`import x from "y"`} {`; // import z from "z"\n/* export {q} */',
    {},
  ],
  ['a list', 'const a = 1, b = 2; export { a, b as c, a as default };', { exports: ['a', 'c', 'default'] }],
  [
    'declarations',
    'export const a = 1; export let b; export function c() {} export async function* d() {} export class E {}',
    { exports: ['a', 'b', 'c', 'd', 'E'] },
  ],
  ['a default function', 'export default function named() {}', { exports: ['default'] }],
  ['a default class without a name', 'export default class extends Object {}', { exports: ['default'] }],
  ['a default expression', 'export default async () => 1', { exports: ['default'] }],
  [
    'from elsewhere',
    'export { a as b } from "x"; export * from "y"; export * as n from "z";',
    { exports: ['b', '*', 'n'] },
  ],
  [
    'after a regular expression with a quote',
    'const r = /["\'`]/g; export const a = r.test("x") ? /\\//.source : 4 / 2 / 1;',
    { exports: ['a'] },
  ],
  ['a class in a regular expression', 'if (true) /[/"]/.exec("x"); export const a = 1;', { exports: ['a'] }],
  [
    'division after a bracket',
    'const f = (x) => (x) / 2 / 3; const o = {} / 1; export const a = f(1);',
    { exports: ['a'] },
  ],
  ['a regular expression after a block', 'if (true) {} /"/.test(""); export const a = 1;', { exports: ['a'] }],
  ['nested templates', 'const t = `a${ { b: `c${1}` }.b }d`; export const a = t;', { exports: ['a'] }],
  ['increments and division', 'let i = 4; const h = i++ / 2; export const a = h;', { exports: ['a'] }],
  [
    'a keyword as a member before a slash',
    'const o = { in: 4 }; const h = o.in / 2; export const a = h;',
    { exports: ['a'] },
  ],
  [
    'a spread before a regular expression',
    'const l = [..."x".match(/"/g) ?? []]; export const a = l;',
    { exports: ['a'] },
  ],
  ['a shebang', '#!/usr/bin/env node\nexport const a = 1;', { exports: ['a'] }],
])('%s', (_name, text, expected) => {
  checkScan(text, expected);
});

test.each([
  ['two variables in one export', 'export const a = 1, b = 2;'],
  ['an export that takes a pattern apart', 'export const { a } = { a: 1 };'],
  ['a name in quotes', 'const a = 1; export { a as "b c" };'],
])('%s is refused by name, not guessed', (_name, text) => {
  expect(() => compileEsm(text, '/var/task/index.mjs', () => undefined)).toThrow(
    /cannot load .*index\.mjs, in a form that is not read/,
  );
});

test('lines and columns stay where they were', () => {
  const text =
    "import { sep } from 'node:path';\nexport default 1;\nexport const f = () => { throw new Error(import.meta.url + sep); };";
  const compiled = compileEsm(text, '/var/task/index.mjs', () => undefined);
  let thrower: () => unknown = () => undefined;
  const scope = {
    imported: () => ({ sep: '/' }),
    live: () => ({}),
    exported: (name: string, get: () => unknown) => {
      if (name === 'f') thrower = () => (get() as () => unknown)();
    },
    reexported: () => undefined,
    meta: { url: 'here' },
    done: () => undefined,
  };
  if (compiled.kind !== 'esm') throw new Error('not a module');
  void compiled.instantiate()(scope);
  const stack = ((): string => {
    try {
      thrower();
      return '';
    } catch (error) {
      return String((error as Error).stack);
    }
  })();
  expect(stack).toMatch(/^Error: here\/\n/);
  expect(stack).toContain(
    `/var/task/index.mjs:3:${text.split('\n')[2]?.indexOf('new Error')}`.replace(/\d+$/, (n) => String(Number(n) + 1)),
  );
});

test('whatever stands around it, a declaration that is found is one that Node finds', () => {
  const piece = fc.constantFrom(
    'x / y',
    '/["/]/.test(s)',
    '`a${b}c`',
    '{ a: 1 }.a',
    '(1) / 2',
    's.import',
    '"export"',
    'i++',
    '[1, 2]',
    '(() => { return /}/ })()',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = `let x = 1, y = 2, s = '', b = 0, i = 0;\n${pieces.map((one) => `void (${one});`).join('\n')}\nimport q from "q";\nexport { x };`;
      checkScan(text, { imports: ['q: default as q'], exports: ['x'] });
    }),
  );
});
