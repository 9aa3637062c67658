/**
 * `pnpm exec node scripts/smoke-test.ts URL`: puts the hooks' acceptance suite to a deployed API, from outside, as a caller does.
 * Says every check, and exits with 1 when one failed. URL is the Endpoint among the outputs of the stack.
 */
import { acceptanceSuite, type Answer, type Check, type EarlierAnswer, judgeAnswer } from '@unicorns/hooks';

const PATIENCE_MS = 30_000;

async function ask(url: URL, check: Check, answers: ReadonlyMap<string, EarlierAnswer>): Promise<Answer> {
  const { query = {}, headers = {} } = check.request(answers);
  const asked = new URL(url);
  for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
  const response = await fetch(asked, {
    headers: { Accept: 'application/json', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function smokeTest(url: URL): Promise<number> {
  const answers = new Map<string, EarlierAnswer>();
  let failed = 0;
  for (const check of acceptanceSuite) {
    const startedAt = performance.now();
    const answer = await ask(url, check, answers);
    const ms = Math.round(performance.now() - startedAt);
    const wrong = judgeAnswer(check, answer, answers);
    answers.set(check.name, answer);
    if (wrong.length > 0) failed += 1;
    process.stdout.write(`${wrong.length === 0 ? '✓' : '✗'} ${check.name.padEnd(40)}${`${ms} ms`.padStart(9)}\n`);
    for (const { what, expected, got } of wrong)
      process.stdout.write(`    ${what}: expected ${expected}, got ${got}\n`);
  }
  process.stdout.write(`${acceptanceSuite.length - failed} of ${acceptanceSuite.length} checks passed.\n`);
  return failed;
}

const url = URL.parse(process.argv[2] ?? '');
if (url === null) {
  process.stderr.write(
    'Usage: pnpm exec node scripts/smoke-test.ts URL, the Endpoint among the outputs of the stack.\n',
  );
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await smokeTest(url)) === 0 ? 0 : 1;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    process.stderr.write(`${url.href} gives no answer. ${String(error)}${cause}\n`);
    process.exitCode = 1;
  }
}
