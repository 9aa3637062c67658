/** `pnpm golden`: rewrites scenarios/<sentence>/journal.txt. Read the diff: it is what changed for a reader. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findRunbook, findScenarios, REPOSITORY, tellScenario } from '@unicorns/canary';

const { scenariosDir } = REPOSITORY;
const asked = process.argv[2];
const all = asked === undefined ? [...findScenarios(scenariosDir), ...findRunbook(scenariosDir)] : undefined;
for (const file of all ?? findScenarios(scenariosDir, asked)) {
  const { text, unexpected } = await tellScenario(file, REPOSITORY);
  const golden = join(dirname(file), 'journal.txt');
  const isNew = !existsSync(golden) || readFileSync(golden, 'utf8') !== text;
  if (isNew) writeFileSync(golden, text);
  process.stdout.write(`${isNew ? 'written  ' : 'unchanged'}  ${relative(process.cwd(), golden)}\n`);
  for (const name of unexpected) process.stderr.write(`  "${name}" did not end as the scenario says.\n`);
  if (unexpected.length > 0) process.exitCode = 1;
}
