import { expect, test } from '@jest/globals';
import { decideState, type DecisionRule, type Mark } from '@unicorns/cloud';
import fc from 'fast-check';
import { alarmMachine, MARKS, slidingMachine } from './alarm-machine.ts';

const rules: fc.Arbitrary<DecisionRule> = fc
  .record({
    evaluationPeriods: fc.integer({ min: 1, max: 4 }),
    datapointsToAlarm: fc.integer({ min: 1, max: 4 }),
    treatMissingData: fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching'),
  })
  .map((rule) => ({ ...rule, datapointsToAlarm: Math.min(rule.datapointsToAlarm, rule.evaluationPeriods) }));

test('the reduced machine says ALARM exactly when the alarm itself does', () => {
  const marks = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rules, marks, fc.integer({ min: 0, max: 2 }), (rule, sequence, late) => {
      const range = rule.evaluationPeriods + 2;
      // Four periods with four marks are more than is kept.
      const symbols = rule.evaluationPeriods > 3 ? 3 : MARKS.length;
      const machine = alarmMachine(rule, range, late, false, symbols);
      if (machine === undefined) throw new Error('the alarm remembers too much');
      let own = machine.start;
      let state: ReturnType<typeof decideState> = 'INSUFFICIENT_DATA';
      const seen: Mark[] = Array.from({ length: range - late }, () => 'missing');
      const open: Mark[] = Array.from({ length: late }, () => 'missing');
      for (const mark of sequence.filter((each) => each < symbols)) {
        seen.push(MARKS[mark] ?? 'missing');
        seen.shift();
        own = machine.next[own * machine.symbols + mark] ?? 0;
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

test('a sliding window says ALARM exactly when its minutes hold enough', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), counts, (minutes, limit, all) => {
      const machine = slidingMachine({ evaluationPeriods: 1 }, minutes, limit, true, false);
      if (machine === undefined) throw new Error('the alarm remembers too much');
      let state = machine.start;
      all.forEach((count, i) => {
        state = machine.next[state * machine.symbols + Math.min(count, limit)] ?? 0;
        const sum = all.slice(Math.max(0, i + 1 - minutes), i + 1).reduce((total, each) => total + each, 0);
        expect(machine.isAlarm[state]).toBe(Number(sum >= limit));
      });
    }),
  );
});
