/** `pnpm golden`: rewrites scenarios/<sentence>/journal.txt. Read the diff: it is what changed for a reader. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findScenarios, REPOSITORY, tellScenario } from '@unicorns/canary';

for (const file of findScenarios(REPOSITORY.scenariosDir, process.argv[2])) {
  const { text, unexpected } = await tellScenario(file, REPOSITORY);
  const golden = join(dirname(file), 'journal.txt');
  const isNew = !existsSync(golden) || readFileSync(golden, 'utf8') !== text;
  if (isNew) writeFileSync(golden, text);
  process.stdout.write(`${isNew ? 'written  ' : 'unchanged'}  ${relative(process.cwd(), golden)}\n`);
  for (const name of unexpected) process.stderr.write(`  "${name}" did not end as the scenario says.\n`);
  if (unexpected.length > 0) process.exitCode = 1;
}
