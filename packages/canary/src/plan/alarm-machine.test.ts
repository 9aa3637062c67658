import { expect, test } from '@jest/globals';
import { decideState, type DecisionRule, type Mark } from '@unicorns/cloud';
import fc from 'fast-check';
import { alarmMachine, MARKS } from './alarm-machine.ts';

const rules: fc.Arbitrary<DecisionRule> = fc
  .record({
    evaluationPeriods: fc.integer({ min: 1, max: 4 }),
    datapointsToAlarm: fc.integer({ min: 1, max: 4 }),
    treatMissingData: fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching'),
  })
  .map((rule) => ({ ...rule, datapointsToAlarm: Math.min(rule.datapointsToAlarm, rule.evaluationPeriods) }));

test('the reduced machine says ALARM exactly when the alarm itself does', () => {
  const marks = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rules, marks, fc.integer({ min: 0, max: 2 }), (rule, sequence, late) => {
      const range = rule.evaluationPeriods + 2;
      const machine = alarmMachine(rule, range, late, false);
      if (machine === undefined) throw new Error('the alarm remembers too much');
      let own = machine.start;
      let state: ReturnType<typeof decideState> = 'INSUFFICIENT_DATA';
      const seen: Mark[] = Array.from({ length: range - late }, () => 'missing');
      const open: Mark[] = Array.from({ length: late }, () => 'missing');
      for (const mark of sequence) {
        seen.push(MARKS[mark] ?? 'missing');
        seen.shift();
        own = machine.next[own * 3 + mark] ?? 0;
        state = decideState([...seen, ...open], rule, state);
        expect(machine.isAlarm[own]).toBe(state === 'ALARM' ? 1 : 0);
      }
    }),
  );
});

test('an alarm on one period of one needs two states until it stops a deployment', () => {
  expect(alarmMachine({ evaluationPeriods: 1, treatMissingData: 'notBreaching' }, 3, 1, true)?.states).toBe(2);
});

test('an alarm that remembers too much has no machine', () => {
  expect(alarmMachine({ evaluationPeriods: 10, datapointsToAlarm: 5 }, 13, 0, false)).toBeUndefined();
});
