import { expect, test } from '@jest/globals';
import type { Verdict } from '../rehearse/index.ts';
import { linesOf } from './lines.ts';
import { PLAIN } from './style.ts';

const PROMOTED: Verdict = {
  release: 'candidate',
  expected: 'promoted',
  outcome: 'promoted',
  isAsExpected: true,
  isShifted: true,
  requests: { count: 60, byStatus: [[200, 60]], slowerThanSla: 0, slowestMs: 12 },
  requestsHit: 0,
  outsideSlice: [],
  dependsOn: [],
};

const endings: readonly [name: string, verdict: Partial<Verdict>, text: string][] = [
  ['a promotion', {}, '✓      promoted; 0 of 60 requests hit'],
  [
    'an update that no gate was asked about',
    { isShifted: false },
    '✓      promoted at once: no released function has a new version; 0 of 60 requests hit',
  ],
  [
    'a silent hook',
    { outcome: 'rolled-back', gate: { type: 'silentHook', event: 'BeforeAllowTraffic', functionName: 'hook' } },
    '✓      rolled back, caught by silence of the pre-traffic hook; 0 of 60 requests hit',
  ],
  [
    'something else than expected',
    { isAsExpected: false, difference: 'expected rolled back, but it was promoted' },
    '✗      promoted; 0 of 60 requests hit. Not as expected: expected rolled back, but it was promoted.',
  ],
  [
    'a release that is not judged',
    { isAsExpected: false, outsideSlice: ['sqs:SendMessage, in orders'], difference: 'the code asks for it' },
    '?      promoted; 0 of 60 requests hit. Cannot be judged: the code asks for it.',
  ],
];

test.each(endings)('%s', (_name, more, text) => {
  const lines = linesOf({ type: 'releaseEnded', elapsedMs: 0, verdict: { ...PROMOTED, ...more } }, PLAIN);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});

const DENIED =
  'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/rehearsal-PreTrafficHookRole/CodeDeployHook_rehearsal_pre ' +
  'is not authorized to perform: logs:DescribeMetricFilters on resource: arn:aws:logs:us-east-1:123456789012:log-group:/rehearsal/list';

test.each([
  ['an answer is cut after a line', `503 ${JSON.stringify({ detail: 'x'.repeat(200) })}`, 2, /…$/],
  ['what a hook could not do is told whole', DENIED, 6, /\/rehearsal\/list$/],
])('of a check that failed, %s', (_name, got, length, end) => {
  const style = { ...PLAIN, reasonLines: 3 };
  const lines = linesOf(
    { type: 'checkFailed', elapsedMs: 0, check: 'the first page: status', expected: '200', got },
    style,
  );
  expect(lines).toHaveLength(length);
  expect(lines.at(-1)).toMatch(end);
});
