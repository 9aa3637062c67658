/** A hook of this template that dies reports nothing; its OnFailure destination does, long before CodeDeploy's hour is over. */
import { packageFiles } from '@unicorns/cloud';
import { expect, test } from '@jest/globals';
import { REPOSITORY } from '../repository.ts';
import { prepareOptions } from './prepare-options.ts';
import type { Release } from './rehearsal.ts';
import type { RehearsalEvent } from './report/events.ts';
import { runRehearsal } from './run-rehearsal.ts';
import { parseTraffic } from './traffic/parse-traffic.ts';

/** The release with other code in one of its hooks. */
const withHook = (release: Release, hook: string, code: string): Release => ({
  ...release,
  expect: 'rolled-back',
  packageCode: (path, startsAt) =>
    path.endsWith(hook)
      ? packageFiles(new Map([['index.mjs', new TextEncoder().encode(code)]]))
      : release.packageCode(path, startsAt),
});

const MINUTE_MS = 60_000;

test.each([
  ['throws while it starts', 'pre-traffic', 'throw new Error("no settings");', 3],
  ['lacks its handler', 'pre-traffic', 'export const other = 1;', 3],
  ['exits', 'pre-traffic', 'export const handler = async () => process.exit(1);', 3],
  // As the kernel ends it.
  ['runs out of memory', 'pre-traffic', "export const handler = async () => process.kill(process.pid, 'SIGKILL');", 3],
  [
    'runs into its time-out',
    'pre-traffic',
    'export const handler = () => new Promise((end) => setTimeout(end, 1e7));',
    6,
  ],
  ['exits after the shift', 'post-traffic', 'export const handler = async () => process.exit(1);', 9],
])('a hook that %s is reported as Failed (%s)', async (_name, hook, code, withinMinutes) => {
  const options = { parameters: {}, traffic: parseTraffic('1/s'), seed: 1, faults: [] };
  const { releases, ...rehearsal } = await prepareOptions(options, REPOSITORY);
  const [baseline, candidate] = releases;
  if (baseline === undefined || candidate === undefined) throw new Error('there are two releases');
  const events: RehearsalEvent[] = [];
  const [, verdict] = await runRehearsal(
    { ...rehearsal, releases: [baseline, withHook(candidate, hook, code)] },
    { tell: (event) => events.push(event) },
  );
  expect(verdict).toMatchObject({
    outcome: 'rolled-back',
    gate: { type: 'hook', functionName: `CodeDeployHook_rehearsal_${hook.replace('-traffic', '')}` },
    reason: expect.stringContaining('HOOK_EXECUTION_FAILURE'),
  });
  expect(verdict?.stoppedMs).toBeLessThan(withinMinutes * MINUTE_MS);
});
