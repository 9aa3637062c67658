import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { readScenario } from './read-scenario.ts';

const root = mkdtempSync(join(tmpdir(), 'scenario-'));
mkdirSync(join(root, 'healthy'));
writeFileSync(join(root, 'catalogue.ts'), '');
afterAll(() => rmSync(root, { recursive: true }));

/** Reads a scenario and compares its problems, `line message`, with those that are expected. */
function checkProblems(text: string, expected: readonly (readonly [line: number, message: string])[]): void {
  const file = join(root, 'scenario.yaml');
  writeFileSync(file, text);
  const problems = problemsOf(() => readScenario(file, { root }));
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
  const { document } = readScenario(file, { root });
  expect(document).toMatchObject({ stackName: 'unicorns', seed: 1, traffic: '1/s', slaMilliseconds: 1_000 });
  expect(document.parameters).toEqual({ ErrorStatusThreshold: '400' });
  expect(document.releases[0]).toMatchObject({ waitBefore: 0, waitAfter: 0, faults: [], replace: {} });
});

test('every problem has its line', () => {
  checkProblems(
    `title: A title
seed: one
releases:
  - name: first
    expect: created
    colour: red
  - expect: sideways
    waitAfter: -1
`,
    [
      [2, '"seed"'],
      [6, '"colour" is not a setting of a scenario.'],
      [7, '"name" is missing.'],
      [7, '"expect" must be one of created, promoted, rolled-back, no-changes, failed.'],
      [8, '"waitAfter" must be 0 or more.'],
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

test('YAML that cannot be read has its line too', () => {
  checkProblems('title: A title\nreleases: [\n', [[3, 'Flow sequence']]);
});

test('a scenario without releases is no scenario', () => {
  checkProblems('title: A title\nreleases: []\n', [[2, '"releases" must hold at least one release.']]);
});
