/** One deployment, told by a watch and by the journal: both tell the same. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Rehearsal } from '../rehearse/index.ts';
import { PLAIN } from '../render/index.ts';
import { type EmbeddedStack, embeddedStack, STACK } from '../watch/embedded-stack.fixture.ts';
import { parseRecording, type Recording } from '../watch/index.ts';
import { recordedLine } from '../watch/recording.ts';
import { watch } from '../watch/watch.ts';
import { against } from './against.ts';
import { comparisonLines } from './comparison-lines.ts';
import { JournalEvents } from './journal-events.ts';
import { recordedOutcome, withRecordedTraffic } from './replay-recording.ts';

let stack: EmbeddedStack;
let recording: Recording;
let journal: JournalEvents;
beforeAll(async () => {
  stack = await embeddedStack();
  journal = new JournalEvents(STACK);
  stack.cloud.journal.subscribe((entry) => journal.follow(entry));
  await stack.update({ throws: true });
  let text = '';
  await watch({
    account: stack.account,
    subject: { type: 'stack', name: STACK, isNext: false },
    intervalMs: 10_000,
    tell: () => undefined,
    waits: () => undefined,
    record: (line) => void (text += recordedLine(line)),
    wait: async (ms) => stack.cloud.advance(ms),
    signal: new AbortController().signal,
  });
  recording = parseRecording(text, 'recording');
});
afterAll(async () => stack[Symbol.asyncDispose]());

test('a recording of a deployment and its journal have the same events, at the same times', () => {
  const { comparison } = against(recording, journal.events, STACK);
  const differing = comparison?.rows.filter(({ deltaMs }) => deltaMs !== 0);
  expect(differing).toEqual([]);
  expect(comparison?.onBoth).toBeGreaterThan(30);
});

test('the times that count are measured', () => {
  const { intervals } = against(recording, journal.events, STACK);
  const found = intervals.find(({ what }) => what === 'from ALARM to the stop');
  expect(found).toMatchObject({ deltaMs: 0 });
  expect(found?.expectedMs).toBeLessThan(20_000);
});

test('the comparison is a table that fits', () => {
  const lines = comparisonLines(against(recording, journal.events, STACK), PLAIN);
  expect(lines.find((line) => line.startsWith('  deployment created'))).toMatch(
    /deployment created +00:00 +00:00 +0\.0 s$/,
  );
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(PLAIN.width);
});

test('a recording with nothing in common is said to have none', () => {
  expect(comparisonLines(against({ ...recording, events: [] }, journal.events, STACK), PLAIN).join('\n')).toContain(
    'in common',
  );
});

test('how the recorded deployment ended is what its rehearsal is expected to do', () => {
  expect(recordedOutcome(recording)).toBe('rolled-back');
  expect(recordedOutcome({ ...recording, events: recording.events.slice(0, 3) })).toBeUndefined();
});

test('the recorded traffic begins with the deployment, and its first rate before', () => {
  const release = { waitBeforeMs: 60_000 };
  // Only what is looked at: the rest of a rehearsal passes through.
  const rehearsal = { traffic: { profile: [], isPoisson: true }, releases: [release, release] } as unknown as Rehearsal;
  const profile = [
    { minute: 0, requestsPerMinute: 30 },
    { minute: 3, requestsPerMinute: 90 },
  ];
  const replayed = withRecordedTraffic(rehearsal, { ...recording, profile });
  expect(replayed.traffic.profile).toEqual([{ minute: 0, requestsPerMinute: 30 }]);
  expect(replayed.releases.map(({ traffic }) => traffic?.profile)).toEqual([
    undefined,
    [
      { minute: 0, requestsPerMinute: 30 },
      { minute: 4, requestsPerMinute: 90 },
    ],
  ]);
});
