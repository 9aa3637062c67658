import { expect, test } from '@jest/globals';
import { PLAIN } from '../render/index.ts';
import type { Verdict } from '../rehearse/index.ts';
import { type Agreement, agreementOf, type MatrixCell } from './matrix-cell.ts';
import { cellLines, summaryLines } from './render-matrix.ts';

type Outcome = Pick<Verdict, 'outcome' | 'gate'>;
const PROMOTED: Outcome = { outcome: 'promoted' };
const BY_ALARM: Outcome = { outcome: 'rolled-back', gate: { type: 'alarms', names: ['shop-list-2-sla'] } };
const BY_HOOK: Outcome = {
  outcome: 'rolled-back',
  gate: { type: 'hook', event: 'BeforeAllowTraffic', functionName: 'pre' },
};

test.each<[string, Outcome, number | undefined, Agreement]>([
  ['what is certain happens', BY_ALARM, 1, 'as foretold'],
  ['what is certain does not happen', PROMOTED, 1, 'contradicted'],
  ['what is impossible does not happen', PROMOTED, 0, 'as foretold'],
  ['what is impossible happens', BY_ALARM, 0, 'contradicted'],
  ['odds in between, caught', BY_ALARM, 0.6, 'a matter of luck'],
  ['odds in between, missed', PROMOTED, 0.6, 'a matter of luck'],
  ['a hook was first', BY_HOOK, 0, 'by a hook'],
  ['a fault without a model', PROMOTED, undefined, 'not foretold'],
])('%s', (_name, verdict, foretold, agreement) => {
  expect(agreementOf(verdict, foretold)).toBe(agreement);
});

const cell = (
  fault: string,
  configuration: string,
  outcome: Outcome,
  requestsHit: number,
  foretold?: number,
): MatrixCell => ({
  kind: 'throw',
  fault,
  configuration,
  foretold,
  agreement: agreementOf(outcome, foretold),
  verdict: {
    ...outcome,
    release: 'candidate',
    expected: 'rolled-back',
    isAsExpected: true,
    requestsHit,
    requests: {} as Verdict['requests'],
    isShifted: true,
    outsideSlice: [],
    dependsOn: [],
  },
});

test('a line fits 80 columns and names the gate by what it watches', () => {
  const lines = cellLines(cell('throw', 'Linear10PercentEvery10Minutes', BY_ALARM, 12, 0.9999), undefined, PLAIN);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.at(-1)).toContain(' sla ');
});

test('the summary names the holes and the contradictions', () => {
  const cells = [
    cell('throw', 'AllAtOnce', PROMOTED, 9, 0),
    cell('throw', 'Canary10Percent5Minutes', BY_ALARM, 2, 1),
    cell('malformed', 'AllAtOnce', PROMOTED, 9),
    cell('lost-response-line', 'AllAtOnce', PROMOTED, 0),
    cell('status', 'AllAtOnce', PROMOTED, 0, 1),
  ];
  const text = summaryLines(cells, PLAIN).join('\n');
  expect(text).toContain('throw goes through under AllAtOnce.');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'malformed goes through under every configuration. Neither Lambda nor the log knows',
  );
  expect(text).not.toContain('lost-response-line');
  expect(text).toContain('1 rehearsals contradict');
});
