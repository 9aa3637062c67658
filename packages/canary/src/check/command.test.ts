import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud/inspect';
import { Command } from 'commander';
import { type CheckCommand, registerCheck, runCheck } from './command.ts';
import { templateOf } from './judged.fixture.ts';
import { RULES } from './rules/index.ts';
import { checkRulesPage } from './rules-page.ts';

let folder = '';
let good = '';
let bad = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  good = join(folder, 'good.yaml');
  bad = join(folder, 'bad.yaml');
  writeFileSync(good, templateOf({}));
  writeFileSync(bad, templateOf({ alarm: { MetricName: 'Error', AlarmName: 'a' }, list: { CodeUri: 'code' } }));
  mkdirSync(join(folder, 'code'));
  writeFileSync(join(folder, 'code', 'index.mjs'), 'export const handler = async () => ({});');
});
afterAll(() => rmSync(folder, { recursive: true }));

function checked(
  files: readonly string[],
  flags: Partial<CheckCommand> = {},
): { readonly text: string; readonly exitCode: number } {
  let text = '';
  const exitCode = runCheck(files, { parameter: [], format: 'json', ...flags }, (it) => (text += it));
  return { text, exitCode };
}

test('text says what, where, what happens and the cure, and counts', () => {
  const { text, exitCode } = checked([bad], { format: 'text' });
  expect(exitCode).toBe(1);
  expect(text).toContain('error metric-name  (P6, cloudwatch 4.1, 5.6)\n');
  expect(text).toMatch(
    /bad\.yaml:1\s+Alarm\s+AWS\/Lambda\s+has\s+no\s+metric\s+"Error";\s+"Errors"\s+is\s+its\s+name\./,
  );
  expect(text).toContain('    On AWS: ');
  expect(text).toContain('    Cure: ');
  expect(text).toMatch(/1 error, 2 warnings, 0 notes in 1 template\.\n$/);
  expect(checked([good], { format: 'text' })).toEqual({
    text: '0 errors, 0 warnings, 0 notes in 1 template.\n',
    exitCode: 0,
  });
});

test('a file that is longer than CloudFormation takes is refused', () => {
  const long = join(folder, 'long.yaml');
  writeFileSync(long, `# ${'x'.repeat(1_048_576)}`);
  expect(() => checked([long])).toThrow(/long\.yaml" has 1048578 bytes, and CloudFormation takes/);
});

test('JSON holds every finding whole', () => {
  const report = JSON.parse(checked([bad]).text) as { findings: Record<string, unknown>[] };
  expect(report.findings[0]).toEqual({
    rule: 'metric-name',
    severity: 'error',
    file: expect.stringContaining('bad.yaml'),
    line: 1,
    resourceId: 'Alarm',
    message: 'AWS/Lambda has no metric "Error"; "Errors" is its name.',
    onAws: expect.any(String),
    cure: expect.any(String),
    source: 'P6, cloudwatch 4.1, 5.6',
  });
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Record<string, unknown>[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: unknown };
        readonly logicalLocations?: unknown;
      }[];
    }[];
  }[];
}

test('SARIF names every rule and the place of every finding', () => {
  const { version, runs } = JSON.parse(checked([bad], { format: 'sarif' }).text) as Sarif;
  const [run] = runs;
  expect(version).toBe('2.1.0');
  const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  expect(ids).toEqual(expect.arrayContaining(RULES.map(({ id }) => id)));
  expect(ids).toEqual([...new Set(ids)]);
  expect(run?.results[0]).toMatchObject({
    ruleId: 'metric-name',
    level: 'error',
    locations: [{ physicalLocation: { region: { startLine: 1 } }, logicalLocations: [{ name: 'Alarm' }] }],
  });
  for (const { ruleId, ruleIndex } of run?.results ?? []) expect(ids[ruleIndex]).toBe(ruleId);
});

test('a place in SARIF is a URI, whatever the file is called', () => {
  const odd = join(folder, 'a b#%é:.yaml');
  writeFileSync(odd, templateOf({ alarm: { MetricName: 'Error' } }));
  const uriOf = (fileName: string): string => {
    const { runs } = JSON.parse(checked([fileName], { format: 'sarif' }).text) as Sarif;
    return runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
  };
  expect(uriOf(odd)).toMatch(/^file:\/\/\/.*\/a%20b%23%25%C3%A9:\.yaml$/);
  expect(uriOf(relative(process.cwd(), odd))).toMatch(/a%20b%23%25%C3%A9(?::|%3A)\.yaml$/);
});

test('GitHub is told by workflow commands', () => {
  const lines = checked([bad], { format: 'github' }).text.split('\n');
  expect(lines[0]).toMatch(/^::error file=.*bad\.yaml,line=1,title=metric-name::AWS\/Lambda has no metric "Error"/);
  expect(lines[1]).toMatch(/^::warning file=/);
});

test('what GitHub would read as syntax is escaped', () => {
  const odd = join(folder, 'a,b:c%.yaml');
  writeFileSync(odd, templateOf({ alarm: { MetricName: 'a%\r\nb' } }));
  const { text } = checked([odd], { format: 'github' });
  expect(text).toMatch(/^::warning file=[^,:]*a%2Cb%3Ac%25\.yaml,line=1,title=metric-name::/m);
  expect(text).toContain('"a%25%0D%0Ab"');
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^::(?:error|warning|notice) /);
});

test('more warnings than allowed end with 1', () => {
  writeFileSync(join(folder, 'warned.yaml'), templateOf({ alarm: { AlarmName: 'a' } }));
  const warned = [join(folder, 'warned.yaml')];
  expect(checked(warned).exitCode).toBe(0);
  expect(checked(warned, { maxWarnings: 0 }).exitCode).toBe(1);
});

test.each<[string, readonly string[], readonly string[], string]>([
  ['a file that is not there', ['none.yaml'], [], 'There is no template none.yaml.'],
  ['a parameter without a value', [], ['Stage'], 'is not of the form Key=Value'],
  ['a parameter that is nowhere', [], ['Stage=prod'], 'No template declares the parameter "Stage"'],
])('%s is the person’s mistake', (_, files, parameter, message) => {
  expect(() => checked([...files, good], { parameter })).toThrow(UserError);
  expect(() => checked([...files, good], { parameter })).toThrow(message);
});

test('the command takes several templates and parameters', async () => {
  const staged = join(folder, 'staged.yaml');
  writeFileSync(staged, templateOf({ template: { Parameters: { Stage: { Type: 'String' } } } }));
  const program = new Command().exitOverride();
  let exitCode = -1;
  registerCheck(program, (code) => (exitCode = code), good);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    await program.parseAsync(['check', '--format', 'json', '--parameter', 'Stage=a=b', bad, good, staged], {
      from: 'user',
    });
    expect(exitCode).toBe(1);
    await program.parseAsync(['check', '--max-warnings', '0'], { from: 'user' });
    expect(exitCode).toBe(0);
  } finally {
    process.stdout.write = write;
  }
});

test('every rule has one id, and says its piece in sentences', () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const { id, title, onAws, cure, source } of RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).not.toMatch(/[.!]$/);
    expect(onAws).toMatch(/^[A-Z`].*\.$/s);
    expect(cure).toMatch(/[.…]$|[}]\.?$/);
    expect(source).not.toBe('');
  }
});

test('the page of the rules names each of them', () => {
  const page = checkRulesPage();
  for (const { id } of RULES) expect(page).toContain(`### \`${id}\``);
});
