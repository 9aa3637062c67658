/** Environments that are initialised before anybody asks for them. */
import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { handlerOf, imageOf, invocationOf, settle } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 1, workers: 1 });
afterAll(() => runner.close());

const SECOND = 1_000;
const counting = handlerOf(
  'await new Promise((resolve) => setTimeout(resolve, 500)); return [process.env.AWS_LAMBDA_INITIALIZATION_TYPE, ++n];',
  "let n = 0; console.log('loaded')",
);
const loaded = (files: string) => {
  const image = imageOf({ files });
  runner.load(image);
  return image;
};
const initOf = (image: ReturnType<typeof imageOf>, afterMs: number) =>
  ({ ...invocationOf(image, {}, afterMs), isInit: true }) as const;

test('what was initialised ahead serves without a cold start, and what is more than that begins with one', async () => {
  const image = loaded(counting);
  const [init] = await settle(runner, [initOf(image, 0)]);
  expect(init).toMatchObject({
    outcome: 'success',
    isProvisioned: true,
    lines: [{ message: expect.stringContaining('loaded') }],
  });
  expect(init?.initDurationMs).toBeGreaterThan(0);
  const all = await settle(
    runner,
    [0, 0, 2, 2].map((second) => invocationOf(image, {}, (60 + second) * SECOND)),
  );
  expect(all.map(({ initDurationMs, isProvisioned = false }) => [initDurationMs !== undefined, isProvisioned])).toEqual(
    [
      [false, true],
      [true, false],
      [false, true],
      [false, false],
    ],
  );
  expect(all.map(({ payload }) => payload)).toEqual([
    '["provisioned-concurrency",1]',
    '["on-demand",1]',
    '["provisioned-concurrency",2]',
    '["on-demand",2]',
  ]);
});

test('it is there after any time, until there is to be less of it', async () => {
  const image = loaded(counting);
  await settle(runner, [initOf(image, 0), initOf(image, 0)]);
  const isCold = async (hour: number) => {
    const [one] = await settle(runner, [invocationOf(image, {}, hour * 3_600 * SECOND)]);
    return one?.initDurationMs !== undefined;
  };
  expect(await isCold(5)).toBe(false);
  runner.keepProvisioned(image.key, 1);
  expect(await isCold(10)).toBe(false);
  runner.keepProvisioned(image.key, 0);
  expect(await isCold(15)).toBe(true);
});

test('one that cannot be initialised is told of and serves nobody', async () => {
  const image = loaded("throw new TypeError('no')");
  const [init] = await settle(runner, [initOf(image, 0)]);
  expect(init).toMatchObject({ outcome: 'error', errorType: 'TypeError', initFailure: { status: 'error' } });
  const [one] = await settle(runner, [invocationOf(image, {}, 60 * SECOND)]);
  expect(one).toMatchObject({ outcome: 'error', environmentId: expect.not.stringMatching(init?.environmentId ?? '') });
});
