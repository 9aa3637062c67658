import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { REPOSITORY } from './repository.ts';
import { findRunbook, findScenarios } from './rehearse/index.ts';
import { tellScenario } from './tell-scenario.ts';

const { scenariosDir } = REPOSITORY;
const scenarios = [...findScenarios(scenariosDir), ...findRunbook(scenariosDir)].map(
  (file) => [basename(dirname(file)), file] as const,
);

test.each(scenarios)('%s is told as in its golden journal (pnpm golden rewrites it)', async (_name, file) => {
  const { text, unexpected } = await tellScenario(file, REPOSITORY);
  expect(unexpected).toEqual([]);
  expect(text).toBe(readFileSync(join(dirname(file), 'journal.txt'), 'utf8'));
});
