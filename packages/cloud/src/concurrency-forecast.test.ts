/** What is said of a request ahead of its instant holds then, whatever the ends that nobody knew. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConcurrencyForecast } from './concurrency-forecast.ts';
import type { Instant } from './instant.ts';
import { createInput, LambdaCloud } from './services/lambda/lambda.fixture.ts';

const LIMIT = 3;

function forecastOf(reserved?: number): ConcurrencyForecast {
  const cloud = new LambdaCloud({}, 100 + LIMIT);
  for (const name of ['list', 'other']) cloud.call('CreateFunction', createInput(name));
  if (reserved !== undefined)
    cloud.call('PutFunctionConcurrency', { FunctionName: 'list', ReservedConcurrentExecutions: reserved });
  return new ConcurrencyForecast(cloud.world);
}

const at = (ms: number) => ms as Instant;

test('what is sure to start, sure to be throttled, or hangs on an end that is not known', () => {
  const forecast = forecastOf(2);
  expect(forecast.of('list', at(0))).toBe('starts');
  forecast.handed('one', 'list');
  expect(forecast.of('list', at(1))).toBe('starts');
  forecast.handed('two', 'list');
  expect(forecast.of('list', at(2))).toBe('unknown');
  forecast.settled('one', at(10), at(0));
  expect(forecast.again('list', at(2))).toBe('unknown');
  forecast.settled('two', at(20), at(0));
  expect(forecast.again('list', at(2))).toBe('throttled');
  expect(forecast.of('list', at(10))).toBe('starts');
  expect(forecast.of('other', at(10))).toBe('starts');
});

test('an invocation that was given back counts once', () => {
  const forecast = forecastOf(2);
  for (let i = 0; i < 5; i++) forecast.handed('one', 'list');
  expect(forecast.of('list', at(0))).toBe('starts');
});

test('a batch takes from the bucket of requests as they arrive, and the next begins with the state’s', () => {
  const forecast = forecastOf(1);
  const burst = () =>
    Array.from({ length: 12 }, () => forecast.of('list', at(0))).filter((it) => it === 'starts').length;
  expect(burst()).toBe(10);
  expect(burst()).toBe(0);
  forecast.beginBatch();
  expect(burst()).toBe(10);
});

/** `gap` after the one before, for so long, and known to the engine only after so many more have come. */
const arrivals = fc.array(fc.record({ gap: fc.nat(20), ms: fc.nat(100), knownAfter: fc.nat(6) }), { maxLength: 40 });

test('a forecast is what an observer at the instant would have said', () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      const forecast = forecastOf(LIMIT);
      const ends: number[] = [];
      const unknown: { id: string; end: number; left: number }[] = [];
      let now = 0;
      for (const [i, { gap, ms, knownAfter }] of all.entries()) {
        now += gap;
        const isFull = ends.filter((end) => end > now).length >= LIMIT;
        const said = forecast.of('list', at(now));
        expect(isFull ? ['throttled', 'unknown'] : ['starts', 'unknown']).toContain(said);
        if (!isFull) {
          ends.push(now + ms);
          forecast.handed(`${i}`, 'list');
          unknown.push({ id: `${i}`, end: now + ms, left: knownAfter });
        }
        for (const one of unknown) if (one.left-- === 0) forecast.settled(one.id, at(one.end), at(now));
      }
    }),
  );
});

test('where a function may not have scaled far enough, nobody can say', () => {
  const cloud = new LambdaCloud({}, 3_000);
  cloud.call('CreateFunction', createInput('list'));
  const forecast = new ConcurrencyForecast(cloud.world);
  const said = Array.from({ length: 1_001 }, (_, i) => {
    const it = forecast.of('list', cloud.now);
    forecast.handed(`${i}`, 'list');
    return it;
  });
  expect([said.indexOf('unknown'), said.at(-1)]).toEqual([1_000, 'unknown']);
});
