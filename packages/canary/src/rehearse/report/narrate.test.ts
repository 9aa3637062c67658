import { expect, test } from '@jest/globals';
import { after, type Fact } from '@unicorns/cloud';
import type { RehearsalEvent } from './events.ts';
import { newMemory } from './happenings.ts';
import {
  alarm,
  alias,
  deployment,
  ended,
  group,
  invocation,
  journalOf,
  served,
  stackEvent,
  START,
} from './journal.fixture.ts';
import { Narrator } from './narrate.ts';

/** Follows a journal and compares what is told. */
function checkTold(
  facts: readonly (readonly [second: number, fact: Fact])[],
  expected: readonly object[],
  untilSecond?: number,
): void {
  const told: RehearsalEvent[] = [];
  const memory = newMemory('unicorns');
  const narrator = new Narrator({ startedAt: START, slaMs: 1_000, memory, tell: (event) => void told.push(event) });
  for (const entry of journalOf(facts)) narrator.follow(entry);
  if (untilSecond !== undefined) narrator.finish(after(START, untilSecond * 1_000));
  expect(told).toEqual(expected.map((each) => expect.objectContaining(each)));
}

test('answers are told minute by minute, and before what comes after their minute', () => {
  checkTold(
    [
      [10, served(200)],
      [59.999, served(503)],
      [60, served(200, 1_500)],
      [185, stackEvent('unicorns', 'UPDATE_COMPLETE')],
      [190, served(200)],
    ],
    [
      {
        type: 'minutePassed',
        elapsedMs: 60_000,
        requests: {
          count: 2,
          byStatus: [
            [200, 1],
            [503, 1],
          ],
          slowerThanSla: 0,
          slowestMs: 20,
        },
      },
      {
        type: 'minutePassed',
        elapsedMs: 120_000,
        requests: { count: 1, byStatus: [[200, 1]], slowerThanSla: 1, slowestMs: 1_500 },
      },
      { type: 'stackChanged', elapsedMs: 185_000, status: 'UPDATE_COMPLETE' },
      { type: 'minutePassed', elapsedMs: 200_000 },
    ],
    200,
  );
});

test('a deployment is told with its shares, its hook and its end; a rollback without its lifecycle', () => {
  checkTold(
    [
      [1, deployment('d-1', '1', '2')],
      [
        2,
        {
          type: 'codedeploy.LifecycleEventChanged',
          deploymentId: 'd-1',
          event: 'BeforeAllowTraffic',
          status: 'InProgress',
        },
      ],
      [3, alias('1', { version: '2', weight: 0.1 })],
      [4, ended('d-1', 'ALARM_ACTIVE')],
      [5, deployment('d-2', '2', '1', 'codeDeployRollback')],
      [
        6,
        { type: 'codedeploy.LifecycleEventChanged', deploymentId: 'd-2', event: 'AllowTraffic', status: 'Succeeded' },
      ],
      [7, alias('1')],
      [8, ended('d-2')],
    ],
    [
      {
        type: 'deploymentCreated',
        from: '1',
        to: '2',
        configuration: 'LambdaCanary10Percent5Minutes',
        isRollback: false,
      },
      { type: 'lifecycleEvent', event: 'BeforeAllowTraffic', status: 'InProgress', hook: 'CodeDeployHook_pre' },
      {
        type: 'aliasShifted',
        shares: [
          { version: '1', percent: 90 },
          { version: '2', percent: 10 },
        ],
      },
      { type: 'deploymentEnded', deploymentId: 'd-1', status: 'Stopped', code: 'ALARM_ACTIVE', isRollback: false },
      { type: 'deploymentCreated', deploymentId: 'd-2', isRollback: true },
      { type: 'aliasShifted', shares: [{ version: '1', percent: 100 }] },
      { type: 'deploymentEnded', deploymentId: 'd-2', status: 'Succeeded', isRollback: true },
    ],
  );
});

test('alarms are told when they turn to ALARM or back, and whether they are gates', () => {
  checkTold(
    [
      [1, group('errors')],
      [2, alarm('errors', 'OK', 'INSUFFICIENT_DATA')],
      [3, alarm('errors', 'ALARM')],
      [4, alarm('other', 'ALARM')],
      [5, alarm('errors', 'OK')],
    ],
    [
      { type: 'alarmTurned', alarm: 'errors', to: 'ALARM', isGate: true },
      { type: 'alarmTurned', alarm: 'other', to: 'ALARM', isGate: false },
      { type: 'alarmTurned', alarm: 'errors', to: 'OK', isGate: true },
    ],
  );
});

test('of resources only failures with a reason are told, and nothing of other stacks', () => {
  checkTold(
    [
      [1, stackEvent('Alias', 'UPDATE_IN_PROGRESS', 'Requested update')],
      [2, stackEvent('Alias', 'UPDATE_FAILED', 'd-1 failed')],
      [3, { ...stackEvent('Alias', 'UPDATE_FAILED', 'elsewhere'), stackName: 'other' } as Fact],
    ],
    [{ type: 'resourceFailed', logicalId: 'Alias', reason: 'd-1 failed' }],
  );
});

test('the failed checks of a hook are told from its log, and of no other function', () => {
  const failed = { log: 'check', outcome: 'failed', check: 'the first page', what: 'status', expected: 200, got: 503 };
  checkTold(
    [
      [1, invocation('list', [failed])],
      [
        2,
        {
          type: 'codedeploy.HookInvoked',
          deploymentId: 'd-1',
          event: 'BeforeAllowTraffic',
          functionName: 'pre',
          executionId: 'e',
        },
      ],
      [3, invocation('pre', [failed, { log: 'verdict', status: 'Failed' }])],
    ],
    [{ type: 'checkFailed', check: 'the first page: status', expected: '200', got: '503' }],
  );
});

test('code that cannot be loaded is a finding with its cure, told once', () => {
  const failure = {
    errorType: 'Runtime.ImportModuleError',
    payload: { errorMessage: "Error: Cannot find module 'aws-sdk'\nRequire stack" },
  };
  checkTold(
    [
      [1, invocation('list', [], failure)],
      [2, invocation('list', [], failure)],
      [3, invocation('list', [], { ...failure, errorType: 'Error' })],
    ],
    [
      {
        type: 'finding',
        rule: 'import-module-error',
        place: 'list',
        text: expect.stringContaining('@aws-sdk/client-…'),
      },
    ],
  );
});

test('a client that only the image on AWS holds is told apart', () => {
  const errorMessage = "Error: Cannot find module '@aws-sdk/client-dynamodb'";
  checkTold(
    [[1, invocation('list', [], { errorType: 'Runtime.ImportModuleError', payload: { errorMessage } })]],
    [
      {
        type: 'finding',
        rule: 'import-module-error',
        place: 'list',
        text: expect.stringContaining('On AWS the images of nodejs18.x and later hold all of version 3'),
      },
    ],
  );
});

test('an alarm that an earlier release left in ALARM is a finding, with the cure', () => {
  checkTold(
    [
      [1, group('errors', 'sla')],
      [2, alarm('errors', 'ALARM')],
      [3, deployment('d-1', '1', '2')],
      [4, alarm('errors', 'OK')],
      [5, deployment('d-2', '1', '3')],
    ],
    [
      { type: 'alarmTurned', to: 'ALARM' },
      { type: 'deploymentCreated', deploymentId: 'd-1' },
      { type: 'finding', rule: 'alarm-left-in-alarm', place: 'errors', text: expect.stringContaining('AlarmName') },
      { type: 'alarmTurned', to: 'OK' },
      { type: 'deploymentCreated', deploymentId: 'd-2' },
    ],
  );
});

test('real CPU that counts is a finding: the rest of the rehearsal would be the same on any machine', () => {
  const measured = { ...invocation('list', []), measuredMs: 1_200 } as Fact;
  checkTold(
    [
      [1, measured],
      [2, measured],
    ],
    [{ type: 'finding', rule: 'measured-cpu', place: 'list' }],
  );
});
