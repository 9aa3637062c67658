import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FilledText } from '../filled-text.ts';
import { Instant } from '../instant.ts';
import type { Invocation, Settled } from './index.ts';
import { createRandom } from '../random.ts';
import { packInvocations, packSettled, unpackInvocations, unpackSettled } from './packed.ts';

const instant = fc.integer({ min: 0, max: 2 ** 42 }).map((ms) => Instant(ms));
const few = fc.constantFrom('a', 'b', '');
const ms = fc.integer({ min: 0, max: 10 ** 6 }).map((n) => n / 100);

const forms = [{ pieces: ['{"id":"', '"}'] }, { pieces: ['', ',', ''] }, { pieces: ['all'] }];
const filled = fc
  .constantFrom(...forms)
  .chain((form) =>
    fc
      .array(fc.string(), { minLength: form.pieces.length - 1, maxLength: form.pieces.length - 1 })
      .map((values) => new FilledText(form, values)),
  );

const kinds: readonly Pick<Invocation, 'isAhead' | 'isInit'>[] = [
  { isAhead: false },
  { isAhead: true },
  { isAhead: false, isInit: true },
];
const invocation: fc.Arbitrary<Invocation> = fc
  .record({
    requestId: fc.uuid(),
    seq: fc.nat(),
    imageKey: few,
    at: instant,
    payload: fc.oneof(fc.string(), filled),
    invokedFunctionArn: few,
  })
  .chain((one) => fc.constantFrom(...kinds.map((kind) => ({ ...one, ...kind }))));

const settled: fc.Arbitrary<Settled> = fc.record(
  {
    requestId: fc.uuid(),
    seq: fc.nat(),
    startedAt: instant,
    endedAt: instant,
    durationMs: ms,
    initDurationMs: ms,
    outcome: fc.constantFrom('success', 'error', 'timeout'),
    errorType: few,
    payload: few,
    environmentId: few,
    environmentStartedAt: instant,
    lines: fc.array(fc.record({ at: instant, message: fc.string(), stream: fc.constantFrom('stdout', 'stderr') })),
    maxMemoryUsedMb: fc.nat(),
    measuredMs: ms,
    beyondSlice: fc.array(fc.string()),
    initFailure: fc.constantFrom({ status: 'timeout' }, { status: 'error', errorType: 'Error' }),
    died: fc.constant(true as const),
    isProvisioned: fc.constant(true as const),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'requestId',
      'seq',
      'startedAt',
      'endedAt',
      'durationMs',
      'outcome',
      'payload',
      'environmentId',
      'environmentStartedAt',
      'lines',
      'maxMemoryUsedMb',
    ],
  },
);

const random = createRandom(1);

test('what is packed comes out as it was, over a message too', () => {
  fc.assert(
    fc.property(fc.array(invocation), fc.array(settled), (invocations, results) => {
      const arrivals = unpackInvocations(structuredClone(packInvocations(invocations, random)));
      expect(arrivals).toEqual(
        invocations.map((each) => ({ ...each, chance: random.normal('compute', each.requestId) })),
      );
      const ids = results.values();
      const requestIdOf = () => ids.next().value?.requestId ?? '';
      expect(unpackSettled(structuredClone(packSettled(results)), requestIdOf)).toEqual(results);
    }),
  );
});
