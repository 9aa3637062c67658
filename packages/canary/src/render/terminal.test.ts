import { expect, test } from '@jest/globals';
import type { RehearsalEvent, Requests } from '../rehearse/index.ts';
import { PLAIN, type Style } from './style.ts';
import { Terminal } from './terminal.ts';

/** Shows events and compares the lines. */
function checkShown(events: readonly RehearsalEvent[], lines: readonly string[], style: Style = PLAIN): void {
  const shown: string[] = [];
  const terminal = new Terminal(style, (line) => void shown.push(line));
  for (const event of events) terminal.show(event);
  expect(shown).toEqual(lines);
}

const requests = (byStatus: Requests['byStatus'], slowerThanSla = 0): Requests => ({
  count: byStatus.reduce((sum, [, count]) => sum + count, 0),
  byStatus,
  slowerThanSla,
  slowestMs: slowerThanSla > 0 ? 1_504 : 20,
});
const minute = (number: number, of: Requests): RehearsalEvent => ({
  type: 'minutePassed',
  elapsedMs: number * 60_000,
  requests: of,
});
const shifted = (second: number, ...shares: readonly { version: string; percent: number }[]): RehearsalEvent => ({
  type: 'aliasShifted',
  elapsedMs: second * 1_000,
  alias: 'live',
  shares,
});

test('quiet minutes become one line, and faulty ones stand alone', () => {
  checkShown(
    [
      minute(1, requests([[200, 60]])),
      minute(
        2,
        requests([
          [200, 58],
          [304, 2],
        ]),
      ),
      minute(
        3,
        requests([
          [200, 57],
          [503, 3],
        ]),
      ),
      minute(4, requests([[200, 60]], 2)),
      minute(5, requests([[200, 60]])),
      shifted(301, { version: '2', percent: 100 }),
    ],
    [
      '02:00  requests    120   200 ×118   304 ×2   since 00:00',
      '03:00  requests     60   200 ×57   503 ×3',
      '04:00  requests     60   200 ×60   2 slow, up to 1504 ms',
      '05:00  requests     60   200 ×60',
      '05:01  traffic   ████████████████████  v2 100 %',
    ],
  );
});

test('an alias that is set to what it is already is not shown again', () => {
  checkShown(
    [
      shifted(1, { version: '1', percent: 90 }, { version: '2', percent: 10 }),
      shifted(2, { version: '1', percent: 100 }),
      shifted(9, { version: '1', percent: 100 }),
    ],
    ['00:01  traffic   ██████████████████░░  v1 90 %, v2 10 %', '00:02  traffic   ████████████████████  v1 100 %'],
  );
});

test('reasons keep to 80 columns, and a brief style keeps to its lines', () => {
  const reason =
    'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped.';
  const event: RehearsalEvent = {
    type: 'deploymentEnded',
    elapsedMs: 203_400,
    deploymentId: 'd-1',
    status: 'Stopped',
    isRollback: false,
    code: 'ALARM_ACTIVE',
    message: reason,
  };
  checkShown(
    [event],
    [
      '03:23  deploy    d-1 Stopped',
      '                 ALARM_ACTIVE: One or more alarms have been activated according',
      '                 to the Amazon CloudWatch metrics you selected, and the …',
    ],
    { ...PLAIN, reasonLines: 2 },
  );
});

test('colour is only on terminals that have it: red from 400', () => {
  const event = minute(
    1,
    requests([
      [200, 59],
      [503, 1],
    ]),
  );
  checkShown([event], ['01:00  requests     60   200 ×59   503 ×1']);
  checkShown(
    [event],
    ['01:00  \u001B[2mrequests  \u001B[22m   60   \u001B[32m200 ×59\u001B[39m   \u001B[31m503 ×1\u001B[39m'],
    { ...PLAIN, hasColour: true },
  );
});
