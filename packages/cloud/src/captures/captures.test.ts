/**
 * Deployments of other people on real AWS, as conformance scenarios. What each asserts is what the capture itself
 * shows, with its own times beside ours; T1–T7 are the captures of the codedeploy reference, each was one run.
 */
import { expect, test } from '@jest/globals';
import type { Fact } from '../effects.ts';
import type { Instant } from '../instant.ts';
import type { Deployment } from '../services/codedeploy/index.ts';
import { healthy, type Rehearsed, rehearseCapture, throwing } from './rehearse-capture.fixture.ts';

const MINUTE = 60_000;
const secondsOf = ({ createdAt, completedAt }: Deployment): number => ((completedAt ?? Number.NaN) - createdAt) / 1_000;
const rows = ({ lifecycle }: Deployment): string => lifecycle.map(({ name, status }) => `${name} ${status}`).join(', ');
const ALL_SUCCEEDED = 'BeforeAllowTraffic Succeeded, AllowTraffic Succeeded, AfterAllowTraffic Succeeded';
const ALARM_IN_SHIFT = 'BeforeAllowTraffic Succeeded, AllowTraffic Failed, AfterAllowTraffic Skipped';
const CANARY = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';

/** The text of T1, T2, T5 and T6, with the names that it ends in. */
const activated = (...names: readonly string[]): string =>
  `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${names.map((name) => `<${name}>`).join(' ')}`;

/** Seconds, as a sample allows: within `around` of what was seen. */
function expectSeconds(seconds: number, seen: number, around: number): void {
  expect(seconds).toBeGreaterThanOrEqual(seen - around);
  expect(seconds).toBeLessThanOrEqual(seen + around);
}

/** The deployment that ended, and the one that rolled it back. */
function pair({ deployments }: Rehearsed): readonly [Deployment, Deployment] {
  const [failed, rollback] = deployments().slice(-2);
  if (failed === undefined || rollback === undefined) throw new Error('there were not two deployments');
  return [failed, rollback];
}

const factsOf = <T extends Fact['type']>({ entries }: Rehearsed, type: T) =>
  entries.flatMap(({ at, fact }) => (fact.type === type ? [{ at, fact: fact as Extract<Fact, { type: T }> }] : []));

/** The two ends of one relation, in the words of T1 (the stopped one) and T4 to T6 (the rollback). */
function expectRolledBack([stopped, rollback]: readonly [Deployment, Deployment]): void {
  expect(stopped.rollback).toMatchObject({
    deploymentId: rollback.id,
    message: `Deployment ${stopped.id} terminated. Automatic rollback is triggered with a DeploymentId ${rollback.id}.`,
  });
  expect(rollback.rollback).toMatchObject({
    deploymentId: stopped.id,
    message: `Deployment ${rollback.id} is triggered to roll back deployment ${stopped.id}.`,
  });
  expect([rollback.status, rows(rollback)]).toEqual(['Succeeded', ALL_SUCCEEDED]);
}

const invocationsOf = (it: Rehearsed, functionName: string) =>
  factsOf(it, 'lambda.InvocationStarted').filter(({ fact }) => fact.functionName === functionName);

test('T1, promoted: 10 % at once, all of it 5 minutes later, a hook before and a hook after', async () => {
  await rehearseCapture({ hooks: 'both', requestsPerMinute: 60 }, async (it) => {
    expect((await it.deploy(healthy(2))).type).toBe('updated');
    const [deployment, ...others] = it.deployments();
    if (deployment === undefined || others.length > 0) throw new Error('there is one deployment');
    const { status, deploymentConfigName, creator, target, weightPercent } = deployment;
    expect({ status, deploymentConfigName, creator }).toEqual({
      status: 'Succeeded',
      deploymentConfigName: CANARY,
      creator: 'user',
    });
    expect(rows(deployment)).toBe(ALL_SUCCEEDED);
    expect([target.alias, target.currentVersion, target.targetVersion, weightPercent]).toEqual(['live', '1', '2', 100]);
    // 19:47:26.915 → 19:52:31.851, of which its hooks, in Python, took about two seconds.
    expectSeconds(secondsOf(deployment), 304.9, 2.5);
    expect(it.aliasStates().map(([state]) => state)).toEqual(['["1",{"2":0.1}]', '["2",null]']);
    const [pre, ...morePre] = invocationsOf(it, 'CodeDeployHook_Pre');
    const [post, ...morePost] = invocationsOf(it, 'CodeDeployHook_Post');
    expect([morePre, morePost]).toEqual([[], []]);
    // 01:47:29 in the log of the hook, 0.4 s before the end in that of the other.
    expectSeconds(((pre?.at ?? 0) - deployment.createdAt) / 1_000, 2, 1);
    expectSeconds(((deployment.completedAt ?? 0) - (post?.at ?? 0)) / 1_000, 0.4, 0.5);
    const event = JSON.parse(String(pre?.fact.payload ?? '{}')) as Record<string, string>;
    expect(event).toEqual({
      DeploymentId: deployment.id,
      LifecycleEventHookExecutionId: expect.stringMatching(/^eyJlbmNyeXB0ZWREYXRhIjoi/),
    });
  });
});

test('T1: what SAM makes of the template stands in the stack', async () => {
  await rehearseCapture({ hooks: 'both', requestsPerMinute: 0 }, async ({ cloud }) => {
    const { resources } = [...cloud.world.cloudformation.stacks.values()][0] ?? { resources: new Map<string, never>() };
    const made = [...resources.values()]
      .filter(({ type }) => !type.startsWith('AWS::ApiGateway') && type !== 'AWS::Lambda::Permission')
      .map(({ logicalId, type }) => `${type} ${logicalId.replace(/[0-9a-f]{10}$/, '')}`);
    expect(made.toSorted()).toEqual([
      'AWS::CloudWatch::Alarm ErrorsAlarm',
      'AWS::CodeDeploy::Application ServerlessDeploymentApplication',
      'AWS::CodeDeploy::DeploymentGroup FnDeploymentGroup',
      'AWS::IAM::Role CodeDeployServiceRole',
      'AWS::IAM::Role FnRole',
      'AWS::IAM::Role PostRole',
      'AWS::IAM::Role PreRole',
      'AWS::Lambda::Alias FnAliaslive',
      'AWS::Lambda::Function Fn',
      'AWS::Lambda::Function Post',
      'AWS::Lambda::Function Pre',
      'AWS::Lambda::Version FnVersion',
    ]);
  });
});

test('T1, rolled back: an alarm that is set off in the shift stops it; no hook runs for the rollback', async () => {
  await rehearseCapture({ hooks: 'both', requestsPerMinute: 0, moreAlarms: ['forced'] }, async (it) => {
    await it.deploy(healthy(2));
    const setOffAfterMs = 48_000;
    const act = (): void => it.setOff('forced');
    const hooksBefore = factsOf(it, 'codedeploy.HookInvoked').length;
    expect((await it.deploy(healthy(3), [{ afterMs: setOffAfterMs, act }])).type).toBe('rolledBack');
    const [stopped, rollback] = pair(it);
    expect([stopped.status, rows(stopped), stopped.deploymentConfigName]).toEqual(['Stopped', ALARM_IN_SHIFT, CANARY]);
    expect(stopped.error).toEqual({ code: 'ALARM_ACTIVE', message: activated('forced') });
    expectRolledBack([stopped, rollback]);
    expect(it.aliasStates().map(([state]) => state)).toEqual(['["2",{"3":0.1}]', '["2",null]', '["2",null]']);
    // Set at 48 s, back at 64 s; the last state is CloudFormation's own update of the alias.
    const setAt = factsOf(it, 'cloudwatch.AlarmStateChanged').find(({ fact }) => fact.to === 'ALARM')?.at ?? 0;
    expect(((it.aliasStates()[1]?.[1] ?? 0) - setAt) / 1_000).toBeLessThanOrEqual(16 + 2.5);
    const hooked = factsOf(it, 'codedeploy.HookInvoked').slice(hooksBefore);
    expect(hooked.map(({ fact }) => [fact.deploymentId, fact.event])).toEqual([[stopped.id, 'BeforeAllowTraffic']]);
    const ends = it.stackEvents().filter((line) => /^(?:capture|FnAliaslive) UPDATE_(?:FAILED|ROLLBACK)/.test(line));
    expect(ends.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'FnAliaslive UPDATE_FAILED',
      'capture UPDATE_ROLLBACK_IN_PROGRESS',
      'capture UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'capture UPDATE_ROLLBACK_COMPLETE',
    ]);
    const [fn] = [...it.cloud.world.lambda.functions.values()].filter(({ aliases }) => aliases.has('live'));
    expect([...(fn?.versions.keys() ?? [])]).toEqual(['1', '2', '3']);
  });
});

/** Events of resources that are under way at the same time come in no order: T2 begins with D, N, G, I and ends with D, G, N, I. */
function inGroups(lines: readonly string[]): readonly string[] {
  const groupOf = (line: string): string => (/^(?:Fn|Other\w+) UPDATE/.test(line) ? (line.split(' ')[1] ?? '') : line);
  const out: string[][] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last?.[0] !== undefined && groupOf(last[0]) === groupOf(line)) last.push(line);
    else out.push([line]);
  }
  return out.flatMap((group) => group.toSorted());
}

test('T2: the stack tells of an alarm rollback in this order', async () => {
  const others = ['OtherDispatch', 'OtherGeospatial', 'OtherNotification'];
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60, others }, async (it) => {
    await it.deploy(throwing(2));
    const told = it.stackEvents().map((line) =>
      line
        .replace(/RequestToken: [0-9a-f-]{36}/, 'RequestToken: …')
        .replace(/FnVersion[0-9a-f]{10}/, 'FnVersion')
        .replaceAll(/d-[A-Z0-9]{9}/g, 'd-…'),
    );
    const functions = (status: string): string[] => ['Fn', ...others].map((name) => `${name} ${status}`);
    // «CodeDeploy deployment started» stands twice in T2, once in T3.
    expect(inGroups(told)).toEqual([
      'capture UPDATE_IN_PROGRESS User Initiated',
      ...functions('UPDATE_IN_PROGRESS'),
      ...functions('UPDATE_COMPLETE'),
      'FnVersion CREATE_IN_PROGRESS',
      'FnVersion CREATE_IN_PROGRESS Resource creation Initiated',
      'FnVersion CREATE_COMPLETE',
      'FnAliaslive UPDATE_IN_PROGRESS',
      'FnAliaslive UPDATE_IN_PROGRESS CodeDeploy deployment started: d-…',
      'FnAliaslive UPDATE_IN_PROGRESS CodeDeploy rollback deployment started: d-…',
      `FnAliaslive UPDATE_FAILED Resource handler returned message: "d-… failed. ${activated('fn-errors')}" (RequestToken: …, HandlerErrorCode: InternalFailure)`,
      'capture UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [FnAliaslive]. ',
      ...functions('UPDATE_IN_PROGRESS'),
      ...functions('UPDATE_COMPLETE'),
      'FnAliaslive UPDATE_IN_PROGRESS',
      'FnAliaslive UPDATE_COMPLETE',
      'capture UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'FnVersion DELETE_SKIPPED',
      'capture UPDATE_ROLLBACK_COMPLETE',
    ]);
  });
});

test('T3: a post-traffic hook that reports Failed fails the deployment after all traffic has moved', async () => {
  await rehearseCapture({ hooks: 'post', postHook: 'Failed', requestsPerMinute: 0 }, async (it) => {
    expect((await it.deploy(healthy(2))).type).toBe('rolledBack');
    const [failed, rollback] = pair(it);
    const message = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
    expect([failed.status, failed.error]).toEqual(['Failed', { code: 'HOOK_EXECUTION_FAILURE', message }]);
    expect(rows(failed)).toBe('BeforeAllowTraffic Succeeded, AllowTraffic Succeeded, AfterAllowTraffic Failed');
    expectRolledBack([failed, rollback]);
    // 09:39:27 → 09:44:33, with a hook of 2.8 s; the rollback 09:44:33 → 09:44:35.
    expectSeconds(secondsOf(failed), 306, 4);
    expectSeconds(secondsOf(rollback), 2, 1);
    expect(it.aliasStates().map(([state]) => state)).toEqual([
      '["1",{"2":0.1}]',
      '["2",null]',
      '["1",null]',
      '["1",null]',
    ]);
    const end = it.stackEventSeconds().at(-1)?.[1] ?? 0;
    const from = it.cloud.now - end * 1_000;
    const at = (wanted: string): number => {
      const found = it.stackEventSeconds().find(([line]) => line.includes(wanted));
      if (found === undefined) throw new Error(`no event ${wanted}`);
      return (from + found[1] * 1_000 - failed.createdAt) / 1_000;
    };
    // In seconds after 09:39:27: started 0, rollback told 326, alias failed 327 and with it the stack, at rest 341.
    expectSeconds(at(`CodeDeploy deployment started: ${failed.id}`), 0, 1);
    expectSeconds(at(`CodeDeploy rollback deployment started: ${rollback.id}`), 326, 20);
    const failure = at(
      `FnAliaslive UPDATE_FAILED Resource handler returned message: "${failed.id} failed. ${message}"`,
    );
    expectSeconds(failure - at('CodeDeploy rollback deployment started'), 1, 1.5);
    expect(at('capture UPDATE_ROLLBACK_IN_PROGRESS')).toBe(failure);
    expectSeconds(at('capture UPDATE_ROLLBACK_COMPLETE') - failure, 14, 8);
    expect(it.stackEvents().at(-1)).toBe('capture UPDATE_ROLLBACK_COMPLETE');
  });
});

/** When an alarm turned, since the last deployment was created. */
const turned = (it: Rehearsed, name: string, to: string, since: Instant): number => {
  const change = factsOf(it, 'cloudwatch.AlarmStateChanged').find(
    ({ at, fact }) => at >= since && fact.alarmName === name && fact.to === to,
  );
  if (change === undefined) throw new Error(`${name} did not turn ${to}`);
  return change.at;
};

test('T4, T5: errors of the new version set the alarm off, the shift stops, and the alarm is quiet again two minutes later', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async (it) => {
    expect((await it.deploy(throwing(2))).type).toBe('rolledBack');
    const [stopped, rollback] = pair(it);
    expect([stopped.status, rows(stopped), stopped.deploymentConfigName]).toEqual(['Stopped', ALARM_IN_SHIFT, CANARY]);
    expect(stopped.error).toEqual({ code: 'ALARM_ACTIVE', message: activated('fn-errors') });
    expectRolledBack([stopped, rollback]);
    const firstErrorAt =
      factsOf(it, 'lambda.InvocationEnded').find(({ fact }) => fact.outcome === 'error')?.at ?? Number.NaN;
    const alarmAt = turned(it, 'fn-errors', 'ALARM', stopped.createdAt);
    const stoppedAt = stopped.completedAt ?? Number.NaN;
    // ~11:57 → 11:58:45, a period of a minute: by the minute's own luck a minute more or less.
    expectSeconds((alarmAt - firstErrorAt) / 1_000, 105, 60);
    // 11:58:45 → 11:58:56.7 in T4; T5 was seen in ALARM 12.8 s before it stopped, and not yet 29.8 s before.
    expectSeconds((stoppedAt - alarmAt) / 1_000, 11, 5);
    // 11:58:56.7 → 11:58:59
    expectSeconds(((rollback.completedAt ?? Number.NaN) - stoppedAt) / 1_000, 2, 1);
    // Callers see errors of the new version no more once the alias is back.
    const backAt = it.aliasStates()[1]?.[1] ?? Number.NaN;
    await it.cloud.advance(5 * MINUTE);
    const late = factsOf(it, 'lambda.InvocationStarted').filter(({ at, fact }) => at > backAt && fact.version === '2');
    expect(late).toEqual([]);
    // 11:58:45 → 12:00:45
    expectSeconds((turned(it, 'fn-errors', 'OK', Math.max(alarmAt, stoppedAt) as Instant) - alarmAt) / 1_000, 120, 60);
    expect(it.stackEvents().at(-1)).toBe('capture UPDATE_ROLLBACK_COMPLETE');
  });
});

test('T4, T6: the alarms that are active are named by the alphabet, whatever the order of the group', async () => {
  const moreAlarms = ['fn-latency', 'fn-api-5xx'];
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 0, moreAlarms }, async (it) => {
    for (const name of ['fn-errors', 'fn-api-5xx']) it.setOff(name);
    await it.deploy(healthy(2));
    expect(pair(it)[0].error).toEqual({ code: 'ALARM_ACTIVE', message: activated('fn-api-5xx', 'fn-errors') });
  });
});

test('T6: an alarm that is in ALARM already stops the deployment within a second, before any traffic moves', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async (it) => {
    await it.deploy(throwing(2));
    // The alarm of this template keeps its name and covers both versions: the failed release blocks the fix.
    expect((await it.deploy(healthy(3))).type).toBe('rolledBack');
    const [stopped, rollback] = pair(it);
    expect([stopped.status, stopped.error]).toEqual([
      'Stopped',
      { code: 'ALARM_ACTIVE', message: activated('fn-errors') },
    ]);
    // 12:08:04.846 → 12:08:05.580
    expectSeconds(secondsOf(stopped), 0.734, 0.2);
    expect(rows(stopped)).toBe('BeforeAllowTraffic Skipped, AllowTraffic Skipped, AfterAllowTraffic Skipped');
    expectRolledBack([stopped, rollback]);
    // Never any weights; the alarm is in ALARM still when the rollback succeeds (ALARM x1 at 12:08:24).
    expect(it.aliasStates().map(([state]) => state)).toEqual(['["1",null]', '["1",null]']);
    const turns = factsOf(it, 'cloudwatch.AlarmStateChanged').filter(({ at }) => at < (rollback.completedAt ?? 0));
    expect(turns.at(-1)?.fact.to).toBe('ALARM');
    // The newest id stays that of CodeDeploy's rollback: CloudFormation starts no deployment to go back.
    expect(it.deployments().at(-1)?.id).toBe(rollback.id);
  });
});

test('T7: versions keep their numbers; one that failed is skipped over, and the next promotion takes 302 s', async () => {
  await rehearseCapture({ hooks: 'none', requestsPerMinute: 60 }, async (it) => {
    await it.deploy(throwing(2));
    await it.cloud.advance(10 * MINUTE);
    expect((await it.deploy(healthy(3))).type).toBe('updated');
    const promoted = it.deployments().at(-1);
    if (promoted === undefined) throw new Error('there is one');
    expect([promoted.status, promoted.error, promoted.rollback]).toEqual(['Succeeded', undefined, undefined]);
    expect(promoted.target).toMatchObject({ currentVersion: '1', targetVersion: '3' });
    // 12:11:17.191 → 12:16:19.499
    expectSeconds(secondsOf(promoted), 302.3, 0.7);
    const states = it.aliasStates();
    expect(states.map(([state]) => state)).toEqual(['["1",{"3":0.1}]', '["3",null]']);
    // Without weights at 3 s, with them at 18 s; shared at 292 s, whole at 309 s.
    const [shared = 0, whole = 0] = states.map(([, at]) => (at - promoted.createdAt) / 1_000);
    expect(shared).toBeLessThan(18);
    expectSeconds(whole, 300.5, 8.5);
    expectSeconds(whole - shared, 300, 1);
  });
});
