import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

const requires = (specifier: string) => ({ 'index.js': `exports.handler = async () => require('${specifier}');` });
const imports = (specifier: string) => ({
  'index.mjs': `import found from '${specifier}'; export const handler = async () => found;`,
});
const pkg = (manifest: object) => ({ 'node_modules/pkg/package.json': JSON.stringify(manifest) });
const A = { 'node_modules/pkg/a.js': 'module.exports = "a";' };
const B = { 'node_modules/pkg/b.js': 'module.exports = "b";' };

test.each<[string, Record<string, string>, unknown]>([
  ['a folder with an index', { ...requires('./lib'), 'lib/index.js': 'module.exports = 1;' }, 1],
  [
    'a folder with a manifest',
    { ...requires('./lib'), 'lib/package.json': '{"main":"x.js"}', 'lib/x.js': 'module.exports = 2;' },
    2,
  ],
  ['JSON without its ending', { ...requires('./data'), 'data.json': '{"x":1}' }, { x: 1 }],
  ['a subpath that is exported', { ...imports('pkg/x'), ...pkg({ exports: { './x': './a.js' } }), ...A }, 'a'],
  ['a subpath by a pattern', { ...imports('pkg/lib/b'), ...pkg({ exports: { './lib/*': './*.js' } }), ...B }, 'b'],
  [
    'the condition of require',
    { ...requires('pkg'), ...pkg({ exports: { import: './a.js', require: './b.js' } }), ...A, ...B },
    'b',
  ],
  [
    'the condition of import',
    { ...imports('pkg'), ...pkg({ exports: { require: './b.js', import: './a.js' } }), ...A, ...B },
    'a',
  ],
  [
    'a condition that has nothing for us leaves it to the next',
    { ...imports('pkg'), ...pkg({ exports: { node: { require: './b.js' }, default: './a.js' } }), ...A, ...B },
    'a',
  ],
  ['a main without exports', { ...imports('pkg'), ...pkg({ main: './b.js' }), ...B }, 'b'],
  [
    'a name inside the package',
    { ...imports('#inner'), 'package.json': '{"imports":{"#inner":"./in.js"}}', 'in.js': 'module.exports = 3;' },
    3,
  ],
  [
    'a name inside a dependency, by a condition',
    {
      ...requires('pkg'),
      ...pkg({ main: 'b.js', imports: { '#x': { browser: './c.js', node: './a.js' } } }),
      ...A,
      'node_modules/pkg/b.js': 'module.exports = require("#x");',
    },
    'a',
  ],
])('%s is found', async (_title, files, expected) => {
  expect(await answerOf(runner, { files })).toEqual(expected);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['.cjs is not tried', { ...requires('./lib'), 'lib.cjs': '' }, /^Cannot find module '.\/lib'/],
  [
    'what a package does not export',
    { ...requires('pkg/a.js'), ...pkg({ exports: './b.js' }), ...A, ...B },
    /^Package subpath '.\/a.js' is not defined by "exports" in \/var\/task\/node_modules\/pkg\/package.json$/,
  ],
  [
    'a native module without its ending',
    { ...requires('./image'), 'image.node': '' },
    /^The native module \/var\/task\/image.node cannot be rehearsed/,
  ],
])('%s: refused as by Node', async (_title, files, message) => {
  expect(await answerOf(runner, { files })).toMatchObject({ errorMessage: expect.stringMatching(message) });
});

const handlerOf = (head: string, value: string) => ({
  'index.mjs': `${head}; export const handler = async () => ${value};`,
});
const COUNTER = { 'n.mjs': 'export let n = 0; export const add = () => { n++; };' };

/** An import stands for the variable of the module that exports it. */
test.each<[string, Record<string, string>, unknown]>([
  ['by its name', { ...handlerOf("import { n, add } from './n.mjs'", '(add(), n)'), ...COUNTER }, 1],
  ['by another name', { ...handlerOf("import { n as m, add } from './n.mjs'", '(add(), m)'), ...COUNTER }, 1],
  ['through a namespace', { ...handlerOf("import * as it from './n.mjs'", '(it.add(), it.n)'), ...COUNTER }, 1],
  [
    'through another module',
    {
      ...handlerOf("import { n, add } from './all.mjs'", '(add(), n)'),
      ...COUNTER,
      'all.mjs': "export * from './n.mjs';",
    },
    1,
  ],
  [
    'under the name that another module gives it',
    {
      ...handlerOf("import { m, add } from './all.mjs'", '(add(), m)'),
      ...COUNTER,
      'all.mjs': "export { n as m, add } from './n.mjs';",
    },
    1,
  ],
  [
    'of a list of exports',
    {
      ...handlerOf("import { client, open } from './c.mjs'", '(open(), client)'),
      'c.mjs': 'let client; const open = () => { client = "open"; }; export { client, open };',
    },
    'open',
  ],
  [
    'behind a name of the function’s own',
    { ...handlerOf("import { n, add } from './n.mjs'", '((n) => (add(), n))(5)'), ...COUNTER },
    5,
  ],
  [
    'in a module that waits',
    { ...handlerOf("await 1; import { n, add } from './n.mjs'; add()", '[n, typeof this]'), ...COUNTER },
    [1, 'undefined'],
  ],
])('an import sees what becomes of a variable, %s', async (_title, files, expected) => {
  expect(await answerOf(runner, { files })).toEqual(expected);
});

test.each<[string, Record<string, string>, string, RegExp]>([
  ['a variable', { ...handlerOf("import { n } from './n.mjs'", '(n = 2)'), ...COUNTER }, 'TypeError', /n|constant/],
  [
    'a name that a module lacks',
    { ...handlerOf("import { no } from './n.mjs'", 'no'), ...COUNTER },
    'Runtime.UserCodeSyntaxError',
    /^SyntaxError: The requested module '.\/n.mjs' does not provide an export named 'no'$/,
  ],
  [
    'a default that a module lacks',
    { ...handlerOf("import no from './n.mjs'", 'no'), ...COUNTER },
    'Runtime.UserCodeSyntaxError',
    /does not provide an export named 'default'$/,
  ],
  [
    'a name that is passed on in vain',
    { ...handlerOf("export { no } from './n.mjs'", '1'), ...COUNTER },
    'Runtime.UserCodeSyntaxError',
    /does not provide an export named 'no'$/,
  ],
  [
    'a name that a CommonJS module lacks',
    { ...handlerOf("import { no } from './c.cjs'", 'no'), 'c.cjs': 'exports.a = 1;' },
    'Runtime.UserCodeSyntaxError',
    /^SyntaxError: Named export 'no' not found. The requested module '.\/c.cjs' is a CommonJS module/,
  ],
  [
    'a name that the SDK of the image lacks',
    handlerOf("import { NoClient } from '@aws-sdk/client-lambda'", 'NoClient'),
    'Runtime.UserCodeSyntaxError',
    /^SyntaxError: Named export 'NoClient' not found/,
  ],
  [
    'a name that Node lacks',
    handlerOf("import { no } from 'node:fs'", 'no'),
    'Runtime.UserCodeSyntaxError',
    /^SyntaxError: The requested module 'node:fs' does not provide an export named 'no'$/,
  ],
  [
    'JSON that is not said to be JSON',
    { ...handlerOf("import a from './a.json'", 'a'), 'a.json': '{}' },
    'TypeError',
    /^Module "file:\/\/\/var\/task\/a.json" needs an import attribute of "type: json"$/,
  ],
  [
    'what is said to be JSON and is not',
    { ...handlerOf("import { n } from './n.mjs' with { type: 'json' }", 'n'), ...COUNTER },
    'TypeError',
    /is not of type "json"$/,
  ],
  [
    'a member of JSON',
    { ...handlerOf("import { x } from './a.json' with { type: 'json' }", 'x'), 'a.json': '{"x":1}' },
    'Runtime.UserCodeSyntaxError',
    /does not provide an export named 'x'$/,
  ],
])('an import of %s fails as in Node', async (_title, files, errorType, message) => {
  expect(await answerOf(runner, { files })).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
});

test('releases whose imports are alike, of modules that are not, do not get each other’s', async () => {
  const index = handlerOf("import { n, add } from './n.mjs'", '(add(), n)');
  const constant = { 'n.mjs': 'export const n = 7; export const add = () => {};' };
  const answers = [];
  for (const files of [constant, COUNTER, constant])
    answers.push(await answerOf(runner, { files: { ...index, ...files } }));
  expect(answers).toEqual([7, 1, 7]);
});
