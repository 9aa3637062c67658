/** What must stay true of the house, measured on its files. Each rule names the place that breaks it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { SERVICES } from '../packages/cloud/src/world.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SKIPPED = new Set(['node_modules', '.git', '.build', 'dist', '.worktrees']);

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return files(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const sources = files('packages', /\.ts$/);
/** What tests stand on lies beside them, in files of their own kind; no rule of the product holds for it. */
const isFixture = (path: string): boolean => path.endsWith('.fixture.ts');
const code = sources.filter((path) => !path.endsWith('.test.ts') && !isFixture(path));
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');

/** Every import, re-export and dynamic import of a file, and the URLs it makes of files beside it. */
function imports(path: string): string[] {
  const text = read(path);
  const imported = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const beside = [...text.matchAll(/new URL\('(?:\.\/)?([^']+\.ts)'/g)].map((match) => match[1] ?? '');
  return [...imported, ...beside.map((file) => (file.startsWith('.') ? file : `./${file}`))];
}

const CORE = code.filter(
  (path) => path.startsWith('packages/cloud/src/') && !/\/(?:shell|runner)\/|\/cloud\.ts$/.test(path),
);

const IMPURE = [
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bset(?:Timeout|Interval|Immediate)\(/,
  /\bMath\.random\(/,
  /\brandomUUID\b|\brandomBytes\b/,
  /\bprocess\.(?:env|hrtime|stdout|stderr)\b/,
  /\bconsole\./,
  /\bperformance\.now\b/,
];

test('the core knows no clock, timer, chance, environment or console', () => {
  const broken = CORE.flatMap((path) => {
    const lines = withoutComments(read(path)).split('\n');
    return lines.flatMap((line) => (IMPURE.some((rule) => rule.test(line)) ? [`${path}: ${line.trim()}`] : []));
  });
  expect(broken).toEqual([]);
});

test('services await nothing', () => {
  const broken = code.filter(
    (path) =>
      path.includes('/services/') &&
      /\bawait\b|\basync\b/.test(withoutComments(read(path)).replaceAll(/'[^'\n]*'|`[^`]*`/g, '')),
  );
  expect(broken).toEqual([]);
});

test('a folder is entered by its door', () => {
  const broken = code.flatMap((path) =>
    imports(path).flatMap((specifier) => {
      if (!specifier.startsWith('.')) return [];
      const target = relative(ROOT, resolve(ROOT, dirname(path), specifier));
      const house = /^(packages\/cloud\/src\/(?:services\/[a-z]+|wire|runner))\//.exec(target)?.[1];
      if (house === undefined || path.startsWith(`${house}/`)) return [];
      // Who only looks enters by a door of their own, behind which there is no engine.
      const isForLookers = target === `${house}/inspect.ts` && path === 'packages/cloud/src/inspect.ts';
      const isDoor = target === `${house}/index.ts` || isForLookers;
      // The closed unions are made of each service's own words, and a fact's type is not behaviour.
      const isTypesOnly =
        target === `${house}/state.ts` &&
        new RegExp(`import type [^;]*from '${specifier.replaceAll('.', '\\.')}'`).test(read(path));
      return isDoor || isTypesOnly ? [] : [`${path} → ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('packages keep to their own ground', () => {
  const mayImport: Readonly<Record<string, readonly string[]>> = { list: [], hooks: [], cloud: [], canary: ['cloud'] };
  const broken = code.flatMap((path) => {
    const own = path.split('/')[1] ?? '';
    const crossing = imports(path).flatMap((specifier) => {
      const other = /^@unicorns\/([a-z]+)/.exec(specifier)?.[1] ?? /^\.\.\/.*packages\/([a-z]+)\//.exec(specifier)?.[1];
      return other !== undefined && other !== own && !(mayImport[own] ?? []).includes(other)
        ? [`${path} → ${specifier}`]
        : [];
    });
    return crossing;
  });
  expect(broken).toEqual([]);
});

test('no file is an orphan', () => {
  const entries = [
    /\/index\.ts$/,
    /\/main\.ts$/,
    /\/worker\.ts$/,
    /packages\/hooks\/src\/(?:pre-traffic|post-traffic|report-failed|synthetic-load)\.ts$/,
    /\/bench[^/]*(?:\/|\.ts$)/,
  ];
  const everywhere = [...sources, ...files('scripts', /\.ts$/), ...files('scenarios', /\.ts$/), 'jest.config.ts'];
  const imported = new Set(
    everywhere.flatMap((path) => [
      ...imports(path)
        .filter((it) => it.startsWith('.'))
        .map((it) => relative(ROOT, resolve(ROOT, dirname(path), it))),
      ...namedToTheBundler(path),
    ]),
  );
  const all = sources.filter((path) => !path.endsWith('.test.ts'));
  expect(all.filter((path) => !imported.has(path) && !entries.some((rule) => rule.test(path)))).toEqual([]);
});

/** Files that the bundler takes in the place of a module, by their path in the repository. */
const namedToTheBundler = (path: string): string[] =>
  [...read(path).matchAll(/'(?:\.\/)?(packages\/[^'\s]+\.ts)'/g)].map((match) => match[1] ?? '');

test('only tests and fixtures stand on fixtures', () => {
  const broken = code.flatMap((path) =>
    imports(path)
      .filter(isFixture)
      .map((specifier) => `${path} → ${specifier}`),
  );
  expect(broken).toEqual([]);
});

test('files have no drawer names', () => {
  expect(code.filter((path) => /\/(?:utils?|helpers?|common|types|manager|service)\.ts$/.test(path))).toEqual([]);
});

test('every operation has a test that names it, and a row in the slice page', () => {
  const slice = existsSync(join(ROOT, 'docs/slice.md')) ? read('docs/slice.md') : '';
  const tests = files('packages/cloud', /\.test\.ts$/)
    .map(read)
    .join('\n');
  const missing = SERVICES.flatMap(({ name, operations }) =>
    Object.keys(operations).flatMap((operation) => [
      ...(new RegExp(`\\b${operation}(?:Command)?\\b`).test(tests) ? [] : [`${name}:${operation} has no test`]),
      ...(slice.includes(`\`${operation}\``) ? [] : [`${name}:${operation} is not in docs/slice.md`]),
    ]),
  );
  expect(missing).toEqual([]);
});

const documents = ['README.md', ...files('docs', /\.md$/), ...files('infra', /\.md$/)].filter((path) =>
  existsSync(join(ROOT, path)),
);

test('links in the docs lead somewhere', () => {
  const broken = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:|mailto:)([^)#\s]+)?(#[^)\s]+)?\)/g)].flatMap(([, target, anchor]) => {
      const file = target === undefined ? path : relative(ROOT, resolve(ROOT, dirname(path), target));
      if (!existsSync(join(ROOT, file))) return [`${path}: ${target}`];
      if (anchor === undefined || !file.endsWith('.md')) return [];
      const anchors = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => `#${slug(heading)}`);
      return anchors.includes(anchor) ? [] : [`${path}: ${target ?? ''}${anchor}`];
    }),
  );
  expect(broken).toEqual([]);
});

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

test('the commands that the docs name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const builtIn = new Set(['install', 'exec', 'add', 'run', 'dlx', 'store']);
  const broken = documents.flatMap((path) =>
    [...read(path).matchAll(/\bpnpm(?:@[\d.]+)? ([a-z][a-z:-]*)\b/g)].flatMap(([, command = '']) =>
      command in scripts || builtIn.has(command) ? [] : [`${path}: pnpm ${command}`],
    ),
  );
  expect(broken).toEqual([]);
});

test('nothing tells of the machine it was written on', () => {
  const all = [
    ...sources,
    ...documents,
    ...files('scripts', /./),
    ...files('infra', /./),
    ...files('scenarios', /./),
    'package.json',
    'pnpm-workspace.yaml',
  ];
  const forbidden = new RegExp(['/work' + '/', '/root' + '/', '/tmp/bash' + '_jobs'].join('|'));
  expect(all.filter((path) => forbidden.test(read(path)))).toEqual([]);
});
