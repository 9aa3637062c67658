import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { type EmbeddedStack, embeddedStack } from '../watch/embedded-stack.fixture.ts';
import { stopDeployment } from './stop-deployment.ts';

let stack: EmbeddedStack;
beforeAll(async () => {
  stack = await embeddedStack();
});
afterAll(async () => stack[Symbol.asyncDispose]());

/** An update whose deployment has just shifted its first tenth. */
async function deploymentInFlight(number: number): Promise<string> {
  await stack.update({ number });
  await stack.cloud.advance(20_000);
  return [...stack.cloud.world.codedeploy.deployments.keys()].at(-1) ?? '';
}

async function stop(deploymentId: string, rollback: true | undefined): Promise<readonly string[]> {
  const lines: string[] = [];
  const { account, cloud } = stack;
  await stopDeployment({
    account,
    deploymentId,
    rollback,
    write: (line) => lines.push(line),
    wait: async (ms) => cloud.advance(ms),
    signal: new AbortController().signal,
  });
  return lines;
}

const liveShares = () =>
  [...stack.cloud.world.lambda.functions.values()].flatMap(({ aliases }) =>
    [...aliases.values()].map(({ functionVersion, additional }) => [functionVersion, additional?.weight]),
  );

test('with --rollback a stopped deployment is rolled back, and the rollback is named', async () => {
  const id = await deploymentInFlight(2);
  const lines = await stop(id, true);
  expect(lines[0]).toMatch(new RegExp(`^${id} is told to stop`));
  expect(lines[1]).toMatch(/^d-[A-Z0-9]{9} rolls it back/);
  await stack.cloud.advance(60_000);
  expect(liveShares()).toEqual([['1', undefined]]);
});

test('a deployment that is over cannot be stopped', async () => {
  const [id = ''] = stack.cloud.world.codedeploy.deployments.keys();
  const stopping = stop(id, undefined);
  await expect(stopping).rejects.toThrow(UserError);
  await expect(stopping).rejects.toThrow(/DeploymentAlreadyCompletedException/);
});

test('a deployment that nobody knows cannot be stopped', async () => {
  await expect(stop('d-AAAAAAAAA', true)).rejects.toThrow(/DeploymentDoesNotExistException/);
});

test('without a rollback the alias stays divided, and the cure is shown', async () => {
  const id = await deploymentInFlight(3);
  const { applicationName, groupName } = stack.cloud.world.codedeploy.deployments.get(id) ?? {};
  const { UpdateDeploymentGroupCommand } = await import('@aws-sdk/client-codedeploy');
  await stack.account.codedeploy.send(
    new UpdateDeploymentGroupCommand({
      applicationName,
      currentDeploymentGroupName: groupName,
      autoRollbackConfiguration: { enabled: false, events: [] },
    }),
  );
  const lines = await stop(id, undefined);
  expect(lines[1]).toBe('It is Stopped, and no rollback follows.');
  expect(lines[2]).toMatch(/The alias live stays divided: v1 90 %, v\d 10 %/);
  expect(lines[3]).toMatch(/aws lambda update-alias --function-name shop-Fn-\w+ --name live/);
});
