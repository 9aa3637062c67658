/** `pnpm reports DIR`: DIR/tests.json (jest) and DIR/rehearsal.json become JUnit files beside them, each where it is there. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { junitXml, type Suite } from './junit/junit-xml.ts';
import { type JestResults, suitesOfJest, suitesOfRehearsals } from './junit/suites.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? '.build/reports';

function report<T>(name: string, suitesOf: (json: T) => readonly Suite[]): void {
  const source = join(folder, `${name}.json`);
  const text = existsSync(source) ? readFileSync(source, 'utf8') : '';
  if (text === '') {
    process.stdout.write(`There is no ${source}: it was not run, or it broke before it could say anything.\n`);
    return;
  }
  const json: T = JSON.parse(text);
  writeFileSync(join(folder, `${name}.xml`), junitXml(suitesOf(json)));
  process.stdout.write(`written  ${join(folder, `${name}.xml`)}\n`);
}

report('tests', (json: JestResults) => suitesOfJest(json, ROOT));
report('rehearsal', suitesOfRehearsals);
