import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { profileOf } from './read-release.ts';
import { headingOf, parseRecording, readRecording, type RecordedLine, recordedLine } from './recording.ts';

const LINES: readonly RecordedLine[] = [
  headingOf('shop', 'eu-west-1'),
  { type: 'stackChanged', status: 'UPDATE_IN_PROGRESS', at: 1 },
  { type: 'aliasShifted', alias: 'live', shares: [{ version: '1', percent: 100 }], at: 2 },
  { type: 'parameters', parameters: { Stage: 'beta' } },
  { type: 'traffic', profile: [{ minute: 0, requestsPerMinute: 60 }] },
];

test('what was recorded is read again', () => {
  const [heading, ...rest] = LINES;
  expect(parseRecording(LINES.map(recordedLine).join(''), 'r')).toEqual({
    heading,
    events: rest.slice(0, 2),
    parameters: { Stage: 'beta' },
    profile: [{ minute: 0, requestsPerMinute: 60 }],
  });
});

test('a recording that was cut short has what there was', () => {
  const recording = parseRecording(LINES.slice(0, 2).map(recordedLine).join(''), 'r');
  expect(recording).toMatchObject({ events: [{ status: 'UPDATE_IN_PROGRESS' }], parameters: {} });
  expect(recording.profile).toBeUndefined();
});

test.each([
  ['', 'r:1: This is not a recording of format 1.'],
  ['{"seq":0,"at":1}', 'r:1: This is not a recording of format 1.'],
  ['{"type":"recording","format":2,"subject":"s","place":"p"}', 'r:1: This is not a recording of format 1.'],
  [
    `${recordedLine(headingOf('s', 'p'))}\nnonsense\n{}`,
    'r:3: This line is not of a recording.\nr:4: This line is not of a recording.',
  ],
])('%j is refused, with the place', (text, message) => {
  expect(() => parseRecording(text, 'r')).toThrow(UserError);
  expect(() => parseRecording(text, 'r')).toThrow(message);
});

test('a file that is not there is refused with what writes one', () => {
  expect(() => readRecording('no-such-file.jsonl')).toThrow('`canary watch --record` writes one');
});

test.each<[string, readonly [number, number][], readonly [number, number][]]>([
  ['nothing', [], []],
  [
    'a steady minute after the other is one step',
    [
      [0, 60],
      [1, 60],
      [2, 30],
    ],
    [
      [0, 60],
      [2, 30],
    ],
  ],
  [
    'a minute without a datapoint had no request',
    [
      [0, 60],
      [2, 60],
    ],
    [
      [0, 60],
      [1, 0],
      [2, 60],
    ],
  ],
  [
    'a start without a datapoint had none either',
    [[1, 5]],
    [
      [0, 0],
      [1, 5],
    ],
  ],
])('traffic: %s', (_, counts, steps) => {
  const expected = steps.map(([minute, requestsPerMinute]) => ({ minute, requestsPerMinute }));
  expect(profileOf(new Map(counts))).toEqual(expected);
});
