import { expect, test } from '@jest/globals';
import type { MetricAlarmConfiguration } from '@unicorns/cloud';
import { configuration, errorsOf, gate, planInput } from './anchors.fixture.ts';
import { FORMS } from './forms.fixture.ts';
import type { PlanInput } from './plan-input.ts';
import { type Cell, proveGrid } from './prove-grid.ts';
import { timingFor } from './run-plan.ts';

const TIMING = timingFor({ pre: true, post: false }, 4);
type Changes = Partial<MetricAlarmConfiguration>;

const ALARMS: Readonly<Record<string, readonly [Changes, 'new' | 'both']>> = {
  'any error of the new version': [{ treatMissingData: 'notBreaching' }, 'new'],
  'two of two minutes, both versions': [{ evaluationPeriods: 2 }, 'both'],
  'two of three, more than one error': [{ evaluationPeriods: 3, datapointsToAlarm: 2, threshold: 1 }, 'new'],
};

function cell(alarmName: string, type: string, requestsPerMinute: number, changes: Partial<PlanInput> = {}): Cell {
  const [alarm, sees] = ALARMS[alarmName] ?? [{}, 'new'];
  const input = planInput({
    gates: [gate(alarm, errorsOf(sees, 45))],
    configurations: [configuration(type)],
    traffic: { profile: [{ minute: 0, requestsPerMinute }], arrivals: 'poisson' },
    noise: { statusShare: 0, throwShare: 0.002, medianMs: 30, p99Ms: 200 },
    timing: TIMING,
    ...changes,
  });
  return { name: `${alarmName}, ${type}, ${requestsPerMinute}/min`, input };
}

/** More cells, and more deployments of each, are in scripts/prove-plan.ts. */
function checkGrid(cells: readonly Cell[]): void {
  expect(proveGrid(cells, 2_000, 1).filter(({ holds }) => !holds)).toEqual([]);
}

test('exact odds lie inside simultaneous 99.9 % intervals of 2,000 simulated deployments', () => {
  checkGrid([
    cell('two of two minutes, both versions', 'Canary10Percent5Minutes', 60),
    cell('two of three, more than one error', 'Canary10Percent5Minutes', 300),
  ]);
});

test('so do those of several gates that see the same requests, and of even arrivals', () => {
  const gates = [
    gate({ alarmName: 'one', treatMissingData: 'notBreaching' }, errorsOf('new', 45)),
    gate({ alarmName: 'two', evaluationPeriods: 2 }, errorsOf('both', 45)),
  ];
  const even = { profile: [{ minute: 0, requestsPerMinute: 60 }], arrivals: 'even' } as const;
  const fault = { kind: 'throw', share: 0.03, fromSeconds: 90, slowMs: 1_500, statusCode: 503 } as const;
  checkGrid([cell('any error of the new version', 'Canary10Percent5Minutes', 60, { gates, traffic: even, fault })]);
});

/** The others are in scripts/prove-plan.ts. */
const SOME_FORMS = [
  'an error rate of enough requests',
  'a percentile of few samples, passed over',
  'the new version against the rest',
];

test('and of gates that are more than a count: rates, percentiles, metric math', () => {
  const two = gate({ alarmName: 'two', evaluationPeriods: 2 }, errorsOf('both', 45));
  checkGrid(
    SOME_FORMS.map((name, i) => {
      const form = FORMS[name] ?? two;
      const isRelative = name === 'the new version against the rest';
      const kind = isRelative ? 'status' : 'throw';
      const gates = i % 2 === 0 || isRelative ? [form] : [form, two];
      return cell(name, 'Canary10Percent5Minutes', 90, {
        gates,
        fault: { kind, share: 0.08, fromSeconds: 90, slowMs: 1_500, statusCode: 503 },
        noise: { statusShare: 0.004, throwShare: isRelative ? 0 : 0.002, medianMs: 30, p99Ms: 80 },
      });
    }),
  );
});

test('and of evenly spaced requests, and of windows that slide', () => {
  const even = { profile: [{ minute: 0, requestsPerMinute: 60 }], arrivals: 'even' } as const;
  const sliding = gate({ threshold: 2, periodSeconds: 300 }, errorsOf('new', 45));
  checkGrid([
    cell('an error rate', 'Canary10Percent5Minutes', 60, {
      gates: [FORMS['an error rate'] ?? sliding],
      traffic: even,
    }),
    cell('more than two errors in five minutes', 'Canary10Percent10Minutes', 120, { gates: [sliding] }),
  ]);
});
