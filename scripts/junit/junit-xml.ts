import { stripVTControlCharacters } from 'node:util';

/** The JUnit XML that CodeBuild (and most build services) read as a test report. */

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  readonly seconds: number;
  /** Why it failed; left out, it passed. */
  readonly failure?: string;
  readonly isSkipped?: boolean;
}

export function junitXml(suites: readonly Suite[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map(suiteXml).join('')}</testsuites>\n`;
}

function suiteXml({ name, cases }: Suite): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(({ isSkipped }) => isSkipped === true).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  const counts = `tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
  return `  <testsuite name="${text(name)}" ${counts}>\n${cases.map((each) => caseXml(name, each)).join('')}  </testsuite>\n`;
}

function caseXml(suite: string, { name, seconds, failure, isSkipped = false }: Case): string {
  const open = `    <testcase classname="${text(suite)}" name="${text(name)}" time="${seconds.toFixed(3)}"`;
  if (isSkipped) return `${open}><skipped/></testcase>\n`;
  if (failure === undefined) return `${open}/>\n`;
  const [first = ''] = failure.split('\n');
  return `${open}><failure message="${text(first)}">${text(failure)}</failure></testcase>\n`;
}

/** Terminal colours go, and so does every other character that XML 1.0 cannot hold. */
function text(value: string): string {
  return stripVTControlCharacters(value)
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
