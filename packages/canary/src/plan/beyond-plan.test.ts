import { expect, test } from '@jest/globals';
import type { MetricAlarmConfiguration } from '@unicorns/cloud';
import { alarm } from './anchors.fixture.ts';
import { beyondPlan } from './beyond-plan.ts';

const math = (expression: string): MetricAlarmConfiguration =>
  alarm({
    watches: {
      type: 'math',
      resultId: 'e',
      periodSeconds: 60,
      queries: [{ type: 'expression', id: 'e', expression, returnData: true }],
    },
  });

function checkReason(it: MetricAlarmConfiguration, expected: RegExp): void {
  expect(beyondPlan(it) ?? 'planned').toMatch(expected);
}

const PLANNED = /^planned$/;

test.each([
  ['100 * errors / invocations', PLANNED],
  ['IF(n >= 20, 100 * a / n, 0)', PLANNED],
  ['SUM(METRICS())', PLANNED],
  ['FILL(m, 0) + SUM([a, b])', PLANNED],
  ['RATE(m)', /RATE/],
  ['1 + FILL(m, REPEAT)', /FILL with REPEAT/],
  ['100 * SUM(m) / 3', /SUM of one series/],
  ['IF(HOUR(m) < 6, 0, m)', /HOUR, which goes by the clock/],
])('%s', (expression, reason) => {
  checkReason(math(expression), reason);
});

test('what does not go by minutes is left out', () => {
  checkReason(alarm({}), PLANNED);
  checkReason(alarm({ periodSeconds: 10 }), /shorter than the minutes/);
  checkReason(alarm({ periodSeconds: 3_600, evaluationPeriods: 48 }), /more than a day/);
  checkReason(alarm({ stat: 'p99', evaluateLowSampleCountPercentile: 'ignore' }), PLANNED);
});
