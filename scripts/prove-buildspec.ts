/**
 * `node scripts/prove-buildspec.ts`: runs the commands of buildspec.yml, as they stand there, in a clean clone of the present
 * commit, with the embedded cloud as the account; then packages a second clone and compares: equal commits must give equal
 * keys, or a push that changes nothing would deploy something. Takes minutes (the whole suite runs), so it is no test.
 * Needs git and the AWS CLI. `--package-only` leaves out everything before the build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCloud } from '@unicorns/cloud';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUCKET = 'proof';
const PHASES = ['install', 'pre_build', 'build'] as const;

interface Phase {
  readonly commands: readonly string[];
  readonly finally?: readonly string[];
}

interface Buildspec {
  readonly env: { readonly variables: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<(typeof PHASES)[number], Phase>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** All commands of a phase share one shell, as in CodeBuild, and the first that fails ends it. */
function run(commands: readonly string[], cwd: string, env: Environment): Promise<number> {
  return new Promise((resolve) => {
    const shell = spawn('bash', ['-e', '-c', commands.join('\n')], { cwd, env, stdio: 'inherit' });
    shell.on('close', (code) => resolve(code ?? 70));
  });
}

async function build(clone: string, phases: readonly (typeof PHASES)[number][], env: Environment): Promise<boolean> {
  const clonedFrom = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone], { stdio: 'inherit' });
  if (clonedFrom.status !== 0) return false;
  const buildspec: Buildspec = parse(readFileSync(join(clone, 'buildspec.yml'), 'utf8'));
  for (const name of phases) {
    process.stdout.write(`\n── ${name}\n`);
    const phase = buildspec.phases[name];
    const status = await run(phase.commands, clone, { ...env, ...buildspec.env.variables });
    await run(phase.finally ?? [], clone, { ...env, ...buildspec.env.variables });
    if (status !== 0) return false;
  }
  return true;
}

/** The template as packaged, without the words around the keys that may differ. */
const keysIn = (clone: string): readonly string[] =>
  [...readFileSync(join(clone, 'packaged.yaml'), 'utf8').matchAll(/s3:\/\/\S+/g)].map(([key]) => key);

async function prove(folder: string): Promise<string> {
  const cloud = await createCloud();
  try {
    const env = {
      ...process.env,
      PACKAGE_BUCKET: BUCKET,
      AWS_ENDPOINT_URL: cloud.endpointUrl,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'embedded',
      AWS_SECRET_ACCESS_KEY: 'embedded',
      AWS_PAGER: '',
    };
    if ((await run([`aws s3api create-bucket --bucket ${BUCKET}`], folder, env)) !== 0)
      return 'The embedded cloud gave no bucket.';
    const [one, other] = [join(folder, 'one'), join(folder, 'another-place')];
    const isShort = process.argv.includes('--package-only');
    if (!(await build(one, isShort ? ['install', 'build'] : PHASES, env))) return 'The first clone did not build.';
    if (!(await build(other, ['install', 'build'], env))) return 'The second clone did not build.';
    const [keys, others] = [keysIn(one), keysIn(other)];
    if (keys.length === 0) return 'No package has a key.';
    if (keys.join() !== others.join()) return `Equal commits have other keys:\n${keys.join()}\n${others.join()}`;
    process.stdout.write(`\nTwo clones, ${keys.length} packages, equal keys.\n`);
    return '';
  } finally {
    await cloud.close();
  }
}

if (spawnSync('aws', ['--version']).status === 0) {
  const folder = mkdtempSync(join(tmpdir(), 'buildspec-'));
  try {
    const failure = await prove(folder);
    if (failure !== '') process.stderr.write(`${failure}\n`);
    process.exitCode = failure === '' ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  process.stderr.write('Skipped: the AWS CLI, which buildspec.yml packages with, is not installed.\n');
}
