/**
 * Deployments of other people on real AWS, as conformance scenarios: the same events in the same order, times
 * within what the samples allow. T1–T7 are the captures of the codedeploy reference; each was one run.
 */
import { expect, test } from '@jest/globals';
import type { Deployment } from '../services/codedeploy/index.ts';
import { healthy, rehearseCapture, throwing } from './rehearse-capture.fixture.ts';

const seconds = ({ createdAt, completedAt }: Deployment): number => ((completedAt ?? Number.NaN) - createdAt) / 1_000;
const lifecycle = ({ lifecycle: events }: Deployment): string =>
  events.map(({ name, status }) => `${name} ${status}`).join(', ');
const ALL_SUCCEEDED = 'BeforeAllowTraffic Succeeded, AllowTraffic Succeeded, AfterAllowTraffic Succeeded';

/** Two deployments: the one that ended, and the one that rolled it back. */
function pair(deployments: readonly Deployment[]): readonly [Deployment, Deployment] {
  const [failed, rollback] = deployments.slice(-2);
  if (failed === undefined || rollback === undefined) throw new Error('there were not two deployments');
  return [failed, rollback];
}

const ALARM_TEXT =
  'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <fn-errors>';

test('T1: a 5-minute canary with two hooks takes about 305 s', async () => {
  await rehearseCapture({ hooks: 'both', requestsPerMinute: 60 }, async ({ deploy, deployments, entries, cloud }) => {
    expect((await deploy(healthy(2))).type).toBe('updated');
    const [deployment] = deployments();
    if (deployment === undefined) throw new Error('no deployment');
    expect([deployment.status, lifecycle(deployment)]).toEqual(['Succeeded', ALL_SUCCEEDED]);
    expect(seconds(deployment)).toBeGreaterThan(302);
    expect(seconds(deployment)).toBeLessThan(308);
    const invoked = entries.flatMap(({ at, fact }) =>
      fact.type === 'codedeploy.HookInvoked' ? [{ event: fact.event, after: (at - deployment.createdAt) / 1_000 }] : [],
    );
    expect(invoked.map((each) => each.event)).toEqual(['BeforeAllowTraffic', 'AfterAllowTraffic']);
    expect(invoked[0]?.after).toBeCloseTo(2, 0);
    expect(invoked[1]?.after).toBeGreaterThan(301);
    expect(invoked[1]?.after).toBeLessThan(306);
    const alias = [...cloud.world.lambda.functions.values()]
      .flatMap((fn) => [...fn.aliases.values()])
      .find((each) => each.name === 'live');
    expect([alias?.functionVersion, alias?.additional]).toEqual(['2', undefined]);
  });
});

test('T1, T4, T5: an alarm stops the shift; the rollback takes about two seconds and calls no hook', async () => {
  await rehearseCapture({ hooks: 'both', requestsPerMinute: 60 }, async ({ deploy, deployments, entries }) => {
    expect((await deploy(throwing(2))).type).toBe('rolledBack');
    const [stopped, rollback] = pair(deployments());
    expect([stopped.status, stopped.error]).toEqual(['Stopped', { code: 'ALARM_ACTIVE', message: ALARM_TEXT }]);
    expect(lifecycle(stopped)).toBe('BeforeAllowTraffic Succeeded, AllowTraffic Failed, AfterAllowTraffic Skipped');
    expect([rollback.status, rollback.creator, lifecycle(rollback)]).toEqual([
      'Succeeded',
      'codeDeployRollback',
      ALL_SUCCEEDED,
    ]);
    expect(seconds(rollback)).toBeLessThan(3);
    expect(stopped.rollback?.message).toBe(
      `Deployment ${stopped.id} terminated. Automatic rollback is triggered with a DeploymentId ${rollback.id}.`,
    );
    expect(rollback.rollback?.message).toBe(
      `Deployment ${rollback.id} is triggered to roll back deployment ${stopped.id}.`,
    );
    const hooked = entries.flatMap(({ fact }) => (fact.type === 'codedeploy.HookInvoked' ? [fact.deploymentId] : []));
    expect(hooked).toEqual([stopped.id]);
    const alarmAt =
      entries.find(({ fact }) => fact.type === 'cloudwatch.AlarmStateChanged' && fact.to === 'ALARM')?.at ?? 0;
    const firstErrorAt =
      entries.find(({ fact }) => fact.type === 'lambda.InvocationEnded' && fact.outcome === 'error')?.at ?? 0;
    // T4: about 105 s from the first error to ALARM; by the minute's own luck between 45 s and 165 s.
    expect((alarmAt - firstErrorAt) / 1_000).toBeGreaterThan(44);
    expect((alarmAt - firstErrorAt) / 1_000).toBeLessThan(166);
    // T4 11 s, T5 ≤ 13 s, T1 ≤ 16 s from ALARM to stop.
    expect(((stopped.completedAt ?? 0) - alarmAt) / 1_000).toBeLessThanOrEqual(16);
  });
});

test('T2: the stack tells of an alarm rollback in this order', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async ({ deploy, deployments, stackEvents }) => {
    await deploy(throwing(2));
    const [stopped, rollback] = pair(deployments());
    const told = stackEvents().map((line) =>
      line.replaceAll(/RequestToken: [0-9a-f-]+/g, 'RequestToken: …').replaceAll(/FnVersion[0-9a-f]{10}/g, 'FnVersion'),
    );
    expect(told).toEqual([
      'capture UPDATE_IN_PROGRESS User Initiated',
      'Fn UPDATE_IN_PROGRESS',
      'Fn UPDATE_COMPLETE',
      'FnVersion CREATE_IN_PROGRESS',
      'FnVersion CREATE_IN_PROGRESS Resource creation Initiated',
      'FnVersion CREATE_COMPLETE',
      'FnAliaslive UPDATE_IN_PROGRESS',
      `FnAliaslive UPDATE_IN_PROGRESS CodeDeploy deployment started: ${stopped.id}`,
      `FnAliaslive UPDATE_IN_PROGRESS CodeDeploy rollback deployment started: ${rollback.id}`,
      `FnAliaslive UPDATE_FAILED Resource handler returned message: "${stopped.id} failed. ${ALARM_TEXT}" (RequestToken: …, HandlerErrorCode: InternalFailure)`,
      'capture UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [FnAliaslive]. ',
      'Fn UPDATE_IN_PROGRESS',
      'Fn UPDATE_COMPLETE',
      'FnAliaslive UPDATE_IN_PROGRESS',
      'FnAliaslive UPDATE_COMPLETE',
      'capture UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'FnVersion DELETE_SKIPPED',
      'capture UPDATE_ROLLBACK_COMPLETE',
    ]);
  });
});

test('T3: a post-traffic hook that reports Failed fails the deployment after all traffic has moved', async () => {
  await rehearseCapture(
    { hooks: 'post', postHook: 'Failed', requestsPerMinute: 0 },
    async ({ deploy, deployments, stackEvents, cloud }) => {
      expect((await deploy(healthy(2))).type).toBe('rolledBack');
      const [failed, rollback] = pair(deployments());
      const message = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
      expect([failed.status, failed.error]).toEqual(['Failed', { code: 'HOOK_EXECUTION_FAILURE', message }]);
      expect(lifecycle(failed)).toBe('BeforeAllowTraffic Succeeded, AllowTraffic Succeeded, AfterAllowTraffic Failed');
      expect(seconds(failed)).toBeGreaterThan(302);
      expect(seconds(failed)).toBeLessThan(308);
      expect(rollback.status).toBe('Succeeded');
      // CloudFormation says so 18 s late at most here; T3 took 21 s from the report to UPDATE_FAILED and 14 s more to rest.
      expect(stackEvents().at(-1)).toBe('capture UPDATE_ROLLBACK_COMPLETE');
      expect((cloud.now - (failed.completedAt ?? 0)) / 1_000).toBeLessThan(45);
    },
  );
});

test('T5–T7: versions keep their numbers; a failed one is skipped over, and the next promotion takes 302 s', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async ({ deploy, deployments, cloud }) => {
    await deploy(throwing(2));
    await cloud.advance(600_000);
    expect((await deploy(healthy(3))).type).toBe('updated');
    const promoted = deployments().at(-1);
    expect(promoted?.target).toMatchObject({ currentVersion: '1', targetVersion: '3' });
    expect(promoted && seconds(promoted)).toBeGreaterThan(301.5);
    expect(promoted && seconds(promoted)).toBeLessThan(303);
  });
});

test('T6: an alarm that is in ALARM already stops the deployment within a second, before any traffic moves', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async ({ deploy, deployments, entries }) => {
    await deploy(throwing(2));
    // The alarm of this template keeps its name and covers both versions: the failed release blocks the fix.
    expect((await deploy(healthy(3))).type).toBe('rolledBack');
    const [stopped, rollback] = pair(deployments());
    expect([stopped.status, stopped.error?.code]).toEqual(['Stopped', 'ALARM_ACTIVE']);
    expect(seconds(stopped)).toBeLessThan(1);
    expect(lifecycle(stopped)).toBe('BeforeAllowTraffic Skipped, AllowTraffic Skipped, AfterAllowTraffic Skipped');
    expect(rollback.status).toBe('Succeeded');
    const shifts = entries.filter(
      ({ fact }) => fact.type === 'codedeploy.TrafficShifted' && fact.deploymentId === stopped.id,
    );
    expect(shifts).toEqual([]);
  });
});
