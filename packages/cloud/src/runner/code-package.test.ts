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
