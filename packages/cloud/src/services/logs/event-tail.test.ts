import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Instant } from '../../instant.ts';
import { EventTail, KEPT_EVENTS } from './event-tail.ts';

const instant = fc.integer({ min: -1, max: 2 ** 42 }).map((ms) => Instant(ms));
const message = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', minLength: 50, maxLength: 900 }),
  fc.constantFrom('\ud800', 'a\udc00b', '', 'x'.repeat(100_000)),
);

test('events come back as they came, with their numbers', () => {
  const ingestion = fc.record({
    stream: fc.constantFrom('a', 'b'),
    ingestedAt: instant,
    events: fc.array(fc.record({ at: instant, message }), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(ingestion, { maxLength: 12 }), (ingestions) => {
      const tail = new EventTail();
      for (const { stream, ingestedAt, events } of ingestions) tail.append(stream, ingestedAt, events);
      const all = ingestions.flatMap(({ stream, ingestedAt, events }) =>
        events.map((event) => ({ ...event, stream, ingestedAt })),
      );
      expect([...tail]).toEqual(all.map((event, number) => ({ ...event, number })));
      expect(tail.ingested).toBe(all.length);
    }),
    { numRuns: 40 },
  );
});

test('at least so many of the newest are kept, and hardly more', () => {
  const tail = new EventTail();
  for (let i = 0; i < 15_000; i++) tail.append('s', Instant(i), [{ at: Instant(i), message: `line ${i}` }]);
  const kept = [...tail];
  expect(kept.length).toBeGreaterThanOrEqual(KEPT_EVENTS);
  expect(kept.length).toBeLessThan(KEPT_EVENTS + 2_048);
  expect(kept.at(-1)).toEqual({
    number: 14_999,
    stream: 's',
    at: 14_999,
    ingestedAt: 14_999,
    message: 'line 14999',
  });
  expect(kept.map(({ number }) => number)).toEqual(kept.map((_, i) => 15_000 - kept.length + i));
});
