import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { asUserError, Persistence, troubleOf } from './persistently.ts';

const awsError = (name: string, httpStatusCode: number, message = ''): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode }, $fault: 'client' });
const systemError = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

test.each([
  ['ThrottlingException', awsError('ThrottlingException', 400), 'throttled'],
  ['Throttling of CloudFormation', awsError('Throttling', 400, 'Rate exceeded'), 'throttled'],
  ['TooManyRequestsException', awsError('TooManyRequestsException', 429), 'throttled'],
  ['a reset connection', systemError('ECONNRESET'), 'connectionLost'],
  ['a name that does not resolve', systemError('EAI_AGAIN'), 'connectionLost'],
  ['all addresses refused', new AggregateError([systemError('ECONNREFUSED')]), 'connectionLost'],
  ['a wrapped refusal', new Error('failed', { cause: systemError('ECONNREFUSED') }), 'connectionLost'],
  ['no answer in time', Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'connectionLost'],
  ['a broken service', awsError('InternalFailure', 500), 'unavailable'],
  ['an operation that is not emulated', awsError('NotImplemented', 501), undefined],
  ['a missing permission', awsError('AccessDeniedException', 403), undefined],
  ['a bug', new TypeError('x is not a function'), undefined],
])('%s is trouble of the kind %3$s', (_, error, kind) => {
  expect(troubleOf(error)?.kind).toBe(kind);
});

/** Fails with these errors one after the other, then answers; gives the answer and the pauses. */
async function ask(errors: readonly unknown[], hasAnswered = true) {
  const pauses: number[] = [];
  const left = [...errors];
  const persistence = new Persistence({
    tell: (_, pauseMs) => void pauses.push(pauseMs),
    wait: async () => undefined,
    signal: new AbortController().signal,
  });
  if (hasAnswered) await persistence.call(async () => 'first');
  const answer = persistence.call(async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'answer';
  });
  return { answer, pauses };
}

test('pauses double up to half a minute, for as long as it takes', async () => {
  const { answer, pauses } = await ask(Array.from({ length: 9 }, () => systemError('ECONNRESET')));
  expect(await answer).toBe('answer');
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30].map((seconds) => seconds * 1_000));
});

test('an address where nobody has ever answered is bad input', async () => {
  const { answer, pauses } = await ask(
    Array.from({ length: 9 }, () => systemError('ECONNREFUSED')),
    false,
  );
  await expect(answer).rejects.toThrow(UserError);
  expect(pauses).toHaveLength(2);
});

test('throttling is not taken for a wrong address', async () => {
  const { answer } = await ask(
    Array.from({ length: 9 }, () => awsError('Throttling', 400)),
    false,
  );
  expect(await answer).toBe('answer');
});

test('what would fail again is thrown as it came', async () => {
  const denied = awsError('AccessDeniedException', 403, 'no');
  const { answer, pauses } = await ask([denied]);
  await expect(answer).rejects.toBe(denied);
  expect(pauses).toEqual([]);
});

test('an interruption ends the pause and the asking', async () => {
  const stop = new AbortController();
  const lost = systemError('ECONNRESET');
  const persistence = new Persistence({
    tell: () => undefined,
    wait: async () => stop.abort(),
    signal: stop.signal,
  });
  await expect(persistence.call(() => Promise.reject(lost))).rejects.toBe(lost);
});

test.each([
  [
    'CredentialsProviderError',
    'Could not load credentials from any providers',
    /credentials are missing or not accepted/,
  ],
  [
    'ExpiredTokenException',
    'The security token included in the request is expired',
    /credentials are missing or not accepted/,
  ],
  ['Error', 'Region is missing', /--region/],
])('%s is put in words for a person', (name, message, words) => {
  const error = asUserError(Object.assign(new Error(message), { name }));
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(words);
});
