import { expect, test } from '@jest/globals';
import { type Patience, type Pause, persistently } from './persistently.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const awsError = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });

/** Fails with the error as long as it should, by the time since the start; then answers. Counts the attempts. */
async function call(error: Error, failsForMs: number, patience: Partial<Patience> = {}) {
  const clock = virtualClock();
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    attempts += 1;
    if (clock.now() < failsForMs) throw error;
    return 'done';
  };
  let outcome: unknown;
  try {
    outcome = await persistently(attempt, { clock, signal: new AbortController().signal, ...patience });
  } catch (last) {
    outcome = last;
  }
  return { outcome, attempts, tookMs: clock.now() };
}

test.each([
  ['throttling', awsError('ThrottlingException')],
  ['too many requests', awsError('TooManyRequestsException', { $metadata: { httpStatusCode: 429 } })],
  ['a server error', awsError('Whatever', { $metadata: { httpStatusCode: 503 } })],
  ['a reset connection', awsError('Error', { code: 'ECONNRESET' })],
  ['what the SDK calls retryable', awsError('Odd', { $retryable: {} })],
  ['a version still being set up', awsError('ResourceConflictException')],
])('%s is tried again until it passes', async (_name, error) => {
  expect(await call(error, 1_000)).toMatchObject({ outcome: 'done', attempts: 4 });
});

test('a transient error that stays is thrown after six attempts', async () => {
  const error = awsError('ServiceException');
  expect(await call(error, Infinity)).toMatchObject({ outcome: error, attempts: 6 });
});

test.each([
  ['by its name', awsError('ThrottlingException')],
  ['by its status', awsError('Odd', { $metadata: { httpStatusCode: 429 } })],
])('what is throttled, told %s, is tried for minutes, every five seconds in the end', async (_name, error) => {
  expect(await call(error, 160_000)).toMatchObject({ outcome: 'done', attempts: 37 });
});

test('each pause is told of, with the error and how long it is', async () => {
  const pauses: Pause[] = [];
  await call(awsError('TooManyRequestsException'), 500, { onPause: (pause) => pauses.push(pause) });
  const error = 'TooManyRequestsException: TooManyRequestsException';
  expect(pauses).toEqual([
    { error, attempt: 1, pauseMs: 200 },
    { error, attempt: 2, pauseMs: 400 },
  ]);
});

test('what is throttled until time is up is thrown then, without another attempt', async () => {
  const error = awsError('TooManyRequestsException');
  const overtime = new AbortController();
  const result = await call(error, Infinity, {
    signal: overtime.signal,
    onPause: ({ attempt }) => attempt === 9 && overtime.abort(),
  });
  expect(result).toMatchObject({ outcome: error, attempts: 9 });
});

test('a denial is believed after 60 s', async () => {
  const error = awsError('AccessDeniedException', { $metadata: { httpStatusCode: 400 } });
  expect((await call(error, 59_000)).outcome).toBe('done');
  expect(await call(error, Infinity)).toMatchObject({ outcome: error, tookMs: 60_000 });
});

test.each(['ResourceNotFoundException', 'InvalidLifecycleEventHookExecutionIdException'])(
  '%s is thrown at once',
  async (name) => {
    const error = awsError(name, { $metadata: { httpStatusCode: 400 } });
    expect(await call(error, Infinity)).toEqual({ outcome: error, attempts: 1, tookMs: 0 });
  },
);

test('nothing is tried again once time is up', async () => {
  const error = awsError('ThrottlingException');
  expect(await call(error, Infinity, { signal: AbortSignal.abort() })).toMatchObject({ outcome: error, attempts: 1 });
});
