import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { readScenario } from './read-scenario.ts';

const root = mkdtempSync(join(tmpdir(), 'scenario-'));
mkdirSync(join(root, 'healthy'));
const templateFile = join(root, 'template.yaml');
writeFileSync(templateFile, 'Resources: { Fn: { Properties: { CodeUri: dist/list } } }');
writeFileSync(join(root, 'other.yaml'), 'Resources: { Fn: { Properties: { CodeUri: app } } }');
writeFileSync(join(root, 'catalogue.ts'), '');
afterAll(() => rmSync(root, { recursive: true }));

/** Reads a scenario and compares its problems, `line message`, with those that are expected. */
function checkProblems(text: string, expected: readonly (readonly [line: number, message: string])[]): void {
  const file = join(root, 'scenario.yaml');
  writeFileSync(file, text);
  const problems = problemsOf(() => readScenario(file, { root, templateFile }));
  expect(problems.map(({ line, message }) => [line, message])).toEqual(
    expected.map(([line, message]) => [line, expect.stringContaining(message)]),
  );
}

function problemsOf(work: () => unknown) {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

test('a scenario with its defaults', () => {
  const file = join(root, 'scenario.yaml');
  writeFileSync(
    file,
    'title: A title\nparameters: { ErrorStatusThreshold: 400 }\nreleases:\n  - { name: first, expect: created }\n',
  );
  const { document } = readScenario(file, { root, templateFile });
  expect(document).toMatchObject({ stackName: 'unicorns', seed: 1, traffic: '1/s', slaMilliseconds: 1_000 });
  expect(document.parameters).toEqual({ ErrorStatusThreshold: '400' });
  expect(document.releases[0]).toMatchObject({ waitBefore: 0, waitAfter: 0, faults: [], replace: {} });
});

test('every problem has its line', () => {
  checkProblems(
    `title: A title
seed: one
accountConcurrency: 0
releases:
  - name: first
    expect: created
    colour: red
  - expect: sideways
    waitAfter: -1
`,
    [
      [2, '"seed"'],
      [3, '"accountConcurrency"'],
      [7, '"colour" is not a setting of a scenario.'],
      [8, '"name" is missing.'],
      [8, '"expect" must be one of created, promoted, rolled-back, no-changes, failed.'],
      [9, '"waitAfter" must be 0 or more.'],
    ],
  );
});

test('what is named and does not exist is told with its line', () => {
  checkProblems(
    `title: A title
template: gone.yaml
routes: ['GET /a,share=2']
releases:
  - name: first
    expect: created
    replace: { catalogue.ts: gone.ts }
    packages:
      app: healthy
      other: gone
  - name: first
    expect: promoted
    faults:
      - throw
      - latency
    traffic: often
`,
    [
      [11, 'Another release is called "first" already.'],
      [7, 'There is no file gone.ts.'],
      [10, 'There is no folder gone.'],
      [15, '"ms" is missing'],
      [16, '"often" is neither a rate'],
      [2, 'There is no file gone.yaml.'],
      [3, '"share" is "2"'],
    ],
  );
});

test('a folder is no file', () => {
  checkProblems(
    `title: A title
releases:
  - name: first
    expect: created
    template: healthy
    replace: { catalogue.ts: healthy }
`,
    [
      [6, 'There is no file healthy.'],
      [5, 'There is no file healthy.'],
    ],
  );
});

test('what the template of a release has no use for is told with its line', () => {
  checkProblems(
    `title: A title
type: Sideways
template: other.yaml
releases:
  - name: first
    expect: created
    packages: { app: healthy, ap: healthy }
  - name: second
    expect: promoted
    type: Backwards
    replace: { catalogue.ts: catalogue.ts }
  - name: third
    expect: promoted
    template: template.yaml
    type: AllAtOnce
    replace: { catalogue.ts: catalogue.ts }
`,
    [
      [2, 'There is no traffic shifting configuration "Sideways".'],
      [7, 'The template names no package ap.'],
      [10, 'There is no traffic shifting configuration "Backwards".'],
      [11, 'catalogue.ts is no source of this template'],
    ],
  );
});

test('a call by hand that is outside the slice is told with its line', () => {
  checkProblems(
    `title: A title
releases:
  - name: first
    expect: created
    byHand:
      - { after: 1, call: 'lambda:Invoke' }
      - after: 2
        input: {}
        call: 'lambda:Invok'
      - { after: 3, call: 'lamda:Invoke' }
`,
    [
      [9, 'There is no lambda:Invok here.'],
      [10, 'There is no lamda:Invoke here.'],
    ],
  );
});

test.each(['', 'just text'])('%j is no scenario', (text) => {
  checkProblems(text, [[1, 'A scenario is a mapping with a title and releases.']]);
});

test('a seed has nine digits at most, as on the command line', () => {
  checkProblems('title: A title\nseed: 1e20\nreleases:\n  - { name: a, expect: created }\n', [[2, '"seed" must have']]);
});

test('YAML that cannot be read has its line too', () => {
  checkProblems('title: A title\nreleases: [\n', [[3, 'Flow sequence']]);
});

test('a scenario without releases is no scenario', () => {
  checkProblems('title: A title\nreleases: []\n', [[2, '"releases" must hold at least one release.']]);
});
