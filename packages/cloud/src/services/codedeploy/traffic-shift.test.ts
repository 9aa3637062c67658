import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MINUTE } from '../../instant.ts';
import { customRouting, PREDEFINED } from './deployment-configurations.ts';
import { shiftSchedule, type TrafficRouting } from './traffic-shift.ts';

/** `0:10 5:100` – at minute 0 the new version gets 10 %, at minute 5 everything. */
function checkSchedule(routing: TrafficRouting, expected: string, linearIntervals: 'n-1' | 'n' = 'n-1'): void {
  const { shifts, completesAfterMs } = shiftSchedule(routing, linearIntervals);
  const told = shifts.map(({ afterMs, weightPercent }) => `${afterMs / MINUTE}:${weightPercent}`);
  expect(`${told.join(' ')} | ${completesAfterMs / MINUTE}`).toBe(expected);
}

const predefined = (name: string): TrafficRouting => {
  const routing = PREDEFINED.get(`CodeDeployDefault.Lambda${name}`);
  if (routing === undefined) throw new Error(`no configuration ${name}`);
  return routing;
};

test.each([
  ['AllAtOnce', '0:100 | 0'],
  ['Canary10Percent5Minutes', '0:10 5:100 | 5'],
  ['Canary10Percent10Minutes', '0:10 10:100 | 10'],
  ['Canary10Percent15Minutes', '0:10 15:100 | 15'],
  ['Canary10Percent30Minutes', '0:10 30:100 | 30'],
  ['Linear10PercentEvery1Minute', '0:10 1:20 2:30 3:40 4:50 5:60 6:70 7:80 8:90 9:100 | 9'],
  ['Linear10PercentEvery2Minutes', '0:10 2:20 4:30 6:40 8:50 10:60 12:70 14:80 16:90 18:100 | 18'],
  ['Linear10PercentEvery3Minutes', '0:10 3:20 6:30 9:40 12:50 15:60 18:70 21:80 24:90 27:100 | 27'],
  ['Linear10PercentEvery10Minutes', '0:10 10:20 20:30 30:40 40:50 50:60 60:70 70:80 80:90 90:100 | 90'],
])('%s shifts %s', (name, expected) => {
  checkSchedule(predefined(name), expected);
});

test('the nine configurations are all there are', () => {
  expect(PREDEFINED.size).toBe(9);
});

test('the guides count one interval more for linear configurations', () => {
  checkSchedule(
    predefined('Linear10PercentEvery10Minutes'),
    '0:10 10:20 20:30 30:40 40:50 50:60 60:70 70:80 80:90 90:100 | 100',
    'n',
  );
});

test('a share that does not divide 100 leaves the remainder to the last step', () => {
  checkSchedule({ type: 'TimeBasedLinear', linearPercentage: 30, linearInterval: 2 }, '0:30 2:60 4:90 6:100 | 6');
});

const routings = fc.oneof(
  fc.record({
    type: fc.constant('TimeBasedCanary' as const),
    canaryPercentage: fc.integer({ min: 1, max: 99 }),
    canaryInterval: fc.integer({ min: 1, max: 2880 }),
  }),
  fc.record({
    type: fc.constant('TimeBasedLinear' as const),
    linearPercentage: fc.integer({ min: 1, max: 99 }),
    linearInterval: fc.integer({ min: 1, max: 29 }),
  }),
  fc.constant({ type: 'AllAtOnce' as const }),
);

test('every schedule begins at once, only grows, and ends at one hundred', () => {
  fc.assert(
    fc.property(routings, (routing) => {
      const { shifts, completesAfterMs } = shiftSchedule(routing);
      expect(shifts[0]?.afterMs).toBe(0);
      expect(shifts.at(-1)?.weightPercent).toBe(100);
      expect(completesAfterMs).toBeGreaterThanOrEqual(shifts.at(-1)?.afterMs ?? 0);
      for (let i = 1; i < shifts.length; i++) {
        expect(shifts[i]?.weightPercent).toBeGreaterThan(shifts[i - 1]?.weightPercent ?? 0);
        expect(shifts[i]?.afterMs).toBeGreaterThan(shifts[i - 1]?.afterMs ?? 0);
      }
    }),
  );
});

test.each([
  [{ type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: 100, canaryInterval: 5 } }, 'canaryPercentage'],
  [{ type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: 10, canaryInterval: 2881 } }, 'canaryInterval'],
  [{ type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 10, linearInterval: 321 } }, 'linearInterval'],
  [{ type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 1.5, linearInterval: 1 } }, 'linearPercentage'],
  [{ type: 'Exponential' }, 'Exponential'],
])('a configuration beyond the limits is refused: %j', (config, what) => {
  expect(() => customRouting(config)).toThrow(what);
});
