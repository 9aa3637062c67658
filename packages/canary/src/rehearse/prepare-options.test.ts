import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Instant } from '@unicorns/cloud';
import { prepareOptions, type RehearseOptions } from './prepare-options.ts';
import { parseTraffic } from './traffic/parse-traffic.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'options-')));
afterAll(() => rmSync(scratch, { recursive: true }));

const TEMPLATE = `Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: app.handler
      AutoPublishAlias: live
      DeploymentPreference: { Type: AllAtOnce }
`;

/** A project of somebody else: a template, and a package beside it. */
function project(name: string, code: string): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'app'), { recursive: true });
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE);
  writeFileSync(join(folder, 'app', 'app.js'), code);
  return folder;
}

const here = project('here', 'exports.handler = async () => 1;');
const there = project('there', 'exports.handler = async () => 2;');
const repository = {
  root: join(scratch, 'none'),
  templateFile: join(here, 'template.yaml'),
  cacheDir: join(scratch, '.build'),
};

async function prepare(options: Partial<RehearseOptions>) {
  const defaults = { parameters: {}, faults: [], traffic: parseTraffic('1/s'), seed: 1 };
  const { releases, ...rehearsal } = await prepareOptions(
    { ...defaults, template: join(here, 'template.yaml'), ...options },
    repository,
  );
  const [baseline, candidate] = releases;
  if (baseline === undefined || candidate === undefined) throw new Error('there are two releases');
  const keyOf = ({ packageCode }: typeof baseline): string => packageCode('app', Instant(0)).key;
  return { ...rehearsal, baseline, candidate, keys: [keyOf(baseline), keyOf(candidate)] };
}

const expectations: readonly [name: string, options: Partial<RehearseOptions>, expected: string][] = [
  ['a healthy candidate', { candidate: there }, 'promoted'],
  ['the same code', {}, 'promoted'],
  ['a candidate with a fault', { faults: ['throw'] }, 'rolled-back'],
  ['a fault that nothing is said to catch', { faults: ['throw'], expect: 'promoted' }, 'promoted'],
];

test.each(expectations)(
  '%s is a release of its own, and its ending is expected: %#',
  async (_name, options, expected) => {
    const { baseline, candidate, keys } = await prepare(options);
    expect([baseline.expect, candidate.expect]).toEqual(['created', expected]);
    expect(keys[0]).not.toBe(keys[1]);
  },
);

test('the fault is in the candidate only', async () => {
  const { baseline, candidate } = await prepare({ faults: ['exit'] });
  const files = [baseline, candidate].map(({ packageCode }) => [...packageCode('app', Instant(0)).files.keys()]);
  expect(files).toEqual([['app.js'], ['app.js', 'app.release.js']]);
});

test('every function of a package that is released gets the fault', async () => {
  const folder = project('two', 'exports.handler = async () => 1; exports.other = async () => 2;');
  const other = TEMPLATE.replace('Resources:\n', '').replace('List', 'Other').replace('app.handler', 'more.handler');
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE + other);
  writeFileSync(join(folder, 'app', 'more.js'), 'exports.handler = async () => 3;');
  const { candidate } = await prepare({ template: join(folder, 'template.yaml'), faults: ['throw'] });
  expect([...candidate.packageCode('app', Instant(0)).files.keys()]).toEqual([
    'app.js',
    'app.release.js',
    'more.js',
    'more.release.js',
  ]);
});

test('a status around a bundle without sources warns that its own log line tells otherwise', async () => {
  expect((await prepare({ faults: ['status:code=503'] })).candidate.warnings).toEqual([
    expect.stringContaining('"status"'),
  ]);
  expect((await prepare({ faults: ['throw'] })).candidate.warnings).toEqual([]);
});

test('the SLA is what is asked for, else what the template says of it, else a second', async () => {
  const folder = project('sla', '');
  const template = join(folder, 'template.yaml');
  expect((await prepare({ template })).slaMs).toBe(1_000);
  writeFileSync(template, `Parameters:\n  SlaMilliseconds: { Type: Number, Default: 800 }\n${TEMPLATE}`);
  expect((await prepare({ template })).slaMs).toBe(800);
  expect((await prepare({ template, parameters: { SlaMilliseconds: '700' } })).slaMs).toBe(700);
  expect((await prepare({ template, parameters: { SlaMilliseconds: '700' }, slaMs: 600 })).slaMs).toBe(600);
});

test('a template of a git ref is called as git calls it, wherever its worktree lies', async () => {
  const folder = project('versioned', 'exports.handler = async () => 1;');
  const git = (words: string) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...words.split(' ')], {
      encoding: 'utf8',
    });
  for (const words of ['init --quiet --initial-branch=main', 'add .', 'commit --quiet -m before']) git(words);
  const { baseline } = await prepare({ template: join(folder, 'template.yaml'), baseline: 'main' });
  expect(baseline.template.fileName).toBe('main:template.yaml');
  // It goes when the process exits, which is not this test's to wait for.
  const [, worktree = ''] = [...git('worktree list --porcelain').matchAll(/^worktree (.+)$/gm)].map(([, path]) => path);
  rmSync(dirname(worktree), { recursive: true });
});

test('another traffic configuration holds for both releases', async () => {
  const { baseline, candidate } = await prepare({ type: 'Canary10Percent5Minutes' });
  for (const { template } of [baseline, candidate]) expect(template.text).toContain('Type: Canary10Percent5Minutes');
});

test('what cannot be rehearsed is refused: all faults at once, a place without the template', async () => {
  await expect(prepare({ faults: ['a', 'latency'] })).rejects.toMatchObject({ problems: [{}, {}] });
  await expect(prepare({ candidate: scratch })).rejects.toThrow('holds no template.yaml');
  await expect(prepare({ candidate: '' })).rejects.toThrow('without a name');
  await expect(prepare({ template: 'gone.yaml' })).rejects.toThrow('There is no template gone.yaml.');
});

test.each([
  ['nothing at all', '', [/At least one Resources member must be defined/]],
  ['an alias of itself', 'a: &a [*a]', [/the alias \*a stands for something around it/, /\[a\]/, /Resources/]],
  [
    'a type in lower case',
    'Resources: { X: { type: AWS::SNS::Topic } }',
    [/must contain a Type/, /'type'/, /nothing is released/],
  ],
  [
    'a bracket that is open',
    'Resources: [a',
    [/must be sufficiently indented and end with a \]/, /must be a map/, /Resources/],
  ],
  ['no function', 'Resources: { X: { Type: AWS::SNS::Topic } }', [/nothing is released by canary/]],
])('a template with %s is refused with all that is wrong with it', async (_, text, messages) => {
  const file = join(project('wrong', ''), 'template.yaml');
  writeFileSync(file, text);
  await expect(prepare({ template: file })).rejects.toMatchObject({
    problems: messages.map((message) => ({ message: expect.stringMatching(message) })),
  });
});
