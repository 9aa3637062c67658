import { expect, test } from '@jest/globals';
import { persistently } from './persistently.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const awsError = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });

/** Fails with the error as long as it should, by the time since the start; then answers. Counts the attempts. */
async function call(error: Error, failsForMs: number, signal = new AbortController().signal) {
  const clock = virtualClock();
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    attempts += 1;
    if (clock.now() < failsForMs) throw error;
    return 'done';
  };
  let outcome: unknown;
  try {
    outcome = await persistently(attempt, { clock, signal });
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
  const error = awsError('ThrottlingException');
  expect(await call(error, Infinity)).toMatchObject({ outcome: error, attempts: 6 });
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
  expect(await call(error, Infinity, AbortSignal.abort())).toMatchObject({ outcome: error, attempts: 1 });
});
