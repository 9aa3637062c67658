import { expect, test } from '@jest/globals';
import { importsElsewhere } from './imports-elsewhere.ts';

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['nothing', { 'index.mjs': 'export const handler = async () => {};' }, false],
  ['the SDK and Node', { 'a.mjs': "import { x } from '@aws-sdk/client-codedeploy'; import fs from 'node:fs';" }, false],
  ['Node without its prefix', { 'a.js': "const { join } = require('path');" }, false],
  ['the old SDK', { 'a.js': "const aws = require('aws-sdk');" }, false],
  ['a file beside it', { 'src/a.ts': "import { b } from '../b.ts';", 'b.ts': '' }, false],
  ['a file outside', { 'src/a.ts': "import { b } from '../../shared/b.ts';" }, true],
  ['a package', { 'a.ts': "import { report } from '@acme/hooks';" }, true],
  ['a package, for its effect', { 'a.ts': "import '@acme/hooks';" }, true],
  ['a package, when it is needed', { 'a.ts': "const hooks = await import('@acme/hooks');" }, true],
  ['boto3 and Python', { 'a.py': 'import os, json as j\nfrom datetime import datetime\nimport boto3\n' }, false],
  ['a module beside it', { 'a.py': 'from lib.report import failed\n', 'lib/report.py': '' }, false],
  ['a module of its package', { 'a.py': 'from .report import failed\nfrom . import b\n', 'report.py': '' }, false],
  ['a module of nobody', { 'a.py': 'import os, hooks\n' }, true],
  ['a module inside a function', { 'a.py': 'def f():\n    from hooks import report\n' }, true],
])('code needs more than what is at hand: %s', (_, texts, expected) => {
  expect(importsElsewhere(new Map(Object.entries(texts)))).toBe(expected);
});
