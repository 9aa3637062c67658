import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Instant } from './instant.ts';
import { Timeline } from './timeline.ts';

interface Beat {
  readonly name: string;
  readonly every: number;
}

/** Plays wakes that may repeat, stopping at the given instants, and tells what ran when. */
function play(beats: readonly (Beat & { at: number })[], stops: readonly number[]): string[] {
  const timeline = new Timeline<Beat>(Instant(0));
  for (const { at, ...beat } of beats) timeline.schedule(Instant(at), beat);
  const seen: string[] = [];
  for (const stop of stops) {
    while ((timeline.nextDue ?? Infinity) <= stop) {
      const beat = timeline.take();
      if (beat === undefined) break;
      seen.push(`${beat.name}@${timeline.now}`);
      if (beat.every > 0) timeline.schedule(Instant(timeline.now + beat.every), beat);
    }
    timeline.moveTo(Instant(stop));
  }
  return seen;
}

test('wakes run in due order, those of one instant in the order they were scheduled', () => {
  const beats = [
    { name: 'b', at: 200, every: 0 },
    { name: 'a', at: 100, every: 0 },
    { name: 'tick', at: 50, every: 50 },
    { name: 'c', at: 200, every: 0 },
  ];
  expect(play(beats, [200])).toEqual(['tick@50', 'a@100', 'tick@100', 'tick@150', 'b@200', 'c@200', 'tick@200']);
});

test('advancing in one step or in many gives the same history', () => {
  const beat = fc.record({
    name: fc.string({ maxLength: 2 }),
    at: fc.nat(200),
    every: fc.nat(40).map((n) => (n < 20 ? 0 : n)),
  });
  const cuts = fc.array(fc.nat(300), { maxLength: 6 }).map((all) => [...all.toSorted((a, b) => a - b), 300]);
  fc.assert(
    fc.property(fc.array(beat, { maxLength: 12 }), cuts, (beats, stops) =>
      expect(play(beats, stops)).toEqual(play(beats, [300])),
    ),
  );
});

test('a wake in the past is refused', () => {
  const timeline = new Timeline<string>(Instant(100));
  expect(() => timeline.schedule(Instant(99), 'late')).toThrow('before the current time');
});

test('the clock does not jump over a wake', () => {
  const timeline = new Timeline<string>(Instant(0));
  timeline.schedule(Instant(10), 'next');
  expect(() => timeline.moveTo(Instant(11))).toThrow('cannot move');
  timeline.moveTo(Instant(10));
  expect(timeline.now).toBe(10);
});
