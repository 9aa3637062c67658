import { after, type Cloud, createCloud, type DeployOutcome, HOUR } from '@unicorns/cloud';
import { expect, test } from '@jest/globals';
import { REPOSITORY } from '../repository.ts';
import { findCallersAfter } from './callers/find-callers.ts';
import { sendRequests } from './callers/send-requests.ts';
import { prepareOptions } from './prepare-options.ts';
import type { Release } from './rehearsal.ts';
import { parseTraffic } from './traffic/parse-traffic.ts';

const NAMES = ['unicorns', 'unicorns-beta'] as const;

async function releases(): Promise<readonly [healthy: Release, faulty: Release]> {
  const options = { parameters: {}, traffic: parseTraffic('1/s'), seed: 1, faults: ['status:code=503,from=1m'] };
  const [healthy, faulty] = (await prepareOptions(options, REPOSITORY)).releases;
  if (healthy === undefined || faulty === undefined) throw new Error('there are two releases');
  return [healthy, faulty];
}

/** A fault of the release begins after `laterMs` and what it says itself. */
function deploy(cloud: Cloud, stackName: string, { template, parameters, packageCode }: Release, laterMs = 0) {
  const startsAt = after(cloud.now, laterMs);
  const { text, fileName } = template;
  return cloud.deploy({
    stackName,
    template: text,
    fileName,
    parameters,
    packageCode: (path) => packageCode(path, startsAt),
  });
}

function sendTo(cloud: Cloud, { stack }: DeployOutcome): void {
  sendRequests(cloud, findCallersAfter(stack, undefined), parseTraffic('1/s'), { seed: 3, userAgent: 'test' });
}

/** What the account knows by one name; a stage's name holds within its API. */
const namesOf = ({ stack }: DeployOutcome): readonly string[] =>
  [...stack.resources.values()].flatMap(({ type, physicalId }) =>
    type === 'AWS::ApiGateway::Stage' ? [] : [`${type} ${physicalId}`],
  );

test('two stages of this template in one account never touch each other, though the one’s name begins with the other’s', async () => {
  const [healthy, faulty] = await releases();
  const cloud = await createCloud({ seed: 3 });
  try {
    const stages = [await deploy(cloud, NAMES[0], healthy), await deploy(cloud, NAMES[1], healthy)] as const;
    const [production, beta] = stages.map(namesOf);
    expect(production?.filter((name) => beta?.includes(name))).toEqual([]);
    sendTo(cloud, stages[1]);
    // Both stages come to version 2, so that nothing but their names keeps them apart.
    expect((await deploy(cloud, NAMES[1], faulty, 24 * HOUR)).type).toBe('updated');
    sendTo(cloud, stages[0]);
    const turned: string[] = [];
    cloud.journal.subscribe(({ effect }) => {
      if (effect.type === 'cloudwatch.AlarmStateChanged' && effect.to === 'ALARM') turned.push(effect.alarmName);
    });
    expect((await deploy(cloud, NAMES[0], faulty)).type).toBe('rolledBack');
    expect(turned).toContain('unicorns-list-2-error-responses');
    expect(turned.filter((name) => name.startsWith(`${NAMES[1]}-`))).toEqual([]);
    const { alarms } = cloud.world.cloudwatch;
    const ofBeta = [...alarms.values()].filter(({ configuration }) =>
      configuration.alarmName.startsWith(`${NAMES[1]}-`),
    );
    expect(ofBeta.map(({ stateValue }) => stateValue)).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
  } finally {
    await cloud.close();
  }
});
