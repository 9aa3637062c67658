import { test } from '@jest/globals';
import { checkRule, dimensions, type Expected, type Json, ref } from '../judged.fixture.ts';

test.each<[string, Json, Expected]>([
  ['not breaching', {}, undefined],
  ['breaching, of the new version', { TreatMissingData: 'breaching' }, ['warning', 'none before its first request']],
  [
    'breaching, of the function',
    { TreatMissingData: 'breaching', Dimensions: dimensions({ FunctionName: ref('List') }) },
    undefined,
  ],
])('a new version is silent at first: %s', (_, alarm, expected) => {
  checkRule('silence-breaches', { alarm }, expected);
});

test.each<[string, Json, Expected]>([
  [
    'ignored, and the name stays',
    { TreatMissingData: 'ignore', AlarmName: 'errors' },
    ['note', 'nothing but a good request brings the alarm back'],
  ],
  [
    'ignored, of what only faults publish',
    { TreatMissingData: 'ignore', AlarmName: 'errors', Namespace: 'Shop', MetricName: 'Failed', Dimensions: null },
    ['warning', 'nothing brings the alarm back'],
  ],
  ['ignored, and every version has its alarm', { TreatMissingData: 'ignore' }, undefined],
  ['missing', { TreatMissingData: 'missing', AlarmName: 'errors' }, undefined],
])('silence after a failed release: %s', (_, alarm, expected) => {
  checkRule('silence-holds', { alarm }, expected);
});

const FEW = { MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', Threshold: 1 };

test.each<[string, Json, Expected]>([
  ['too few, and silence is fine', FEW, ['warning', 'a low Sum of Invocations']],
  ['too few, and silence is missing', { ...FEW, TreatMissingData: 'missing' }, ['warning', 'no news']],
  ['too few, and silence breaches', { ...FEW, TreatMissingData: 'breaching' }, undefined],
  ['too small a value, where there is one', { ...FEW, Namespace: 'Shop', Statistic: 'Minimum' }, undefined],
  ['too many', {}, undefined],
])('an alarm on a lack hears silence: %s', (_, alarm, expected) => {
  checkRule('silence-hides', { alarm }, expected);
});
