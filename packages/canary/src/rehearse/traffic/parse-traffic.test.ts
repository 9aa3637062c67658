import { expect, test } from '@jest/globals';
import { parseProfile, parseTraffic } from './parse-traffic.ts';

const rates: readonly [text: string, requestsPerMinute: number][] = [
  ['1/s', 60],
  ['0.5/s', 30],
  ['600/min', 600],
  ['0/min', 0],
];

test.each(rates)('%s is %d requests a minute', (text, requestsPerMinute) => {
  expect(parseTraffic(text)).toEqual({ profile: [{ minute: 0, requestsPerMinute }], isPoisson: false });
});

test('a profile has a rate from a minute on', () => {
  const text = 'minute,requestsPerMinute\n0,60\n\n# the peak\n5, 600\n7.5,0 # silence\n';
  expect(parseProfile(text, 'peak.csv')).toEqual([
    { minute: 0, requestsPerMinute: 60 },
    { minute: 5, requestsPerMinute: 600 },
    { minute: 7.5, requestsPerMinute: 0 },
  ]);
});

test('all wrong lines of a profile are told at once', () => {
  const wrong = () => parseProfile('0,60\nfive,600\n0,30\n-1,2\n', 'peak.csv');
  expect(wrong).toThrow('peak.csv:2: "five,600" is not');
  expect(wrong).toThrow('peak.csv:3: Minute 0 does not come after minute 0.');
  expect(wrong).toThrow('peak.csv:4: "-1,2" is not');
  expect(() => parseProfile('', 'empty.csv')).toThrow('empty.csv: The profile has no lines.');
});

test('what is neither a rate nor a file is refused', () => {
  expect(() => parseTraffic('10/h')).toThrow('neither a rate such as 1/s or 600/min nor a file');
});
