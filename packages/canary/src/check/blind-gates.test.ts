/** Rehearsals: a fault that a good gate stops goes through the gates that rules call blind. */
import { expect, test } from '@jest/globals';
import { arrivals, createCloud, packageFiles } from '@unicorns/cloud';
import { type Changes, dimensions, findingsOf, ref, sub, templateOf, VERSION } from './judged.fixture.ts';

const code = (body: string) =>
  packageFiles(new Map([['index.mjs', new TextEncoder().encode(`export const handler = async () => { ${body} };`)]]));
const GOOD = code("return { statusCode: 200, body: 'ok' };");

/** Deploys good code, then the fault under 120 requests a minute; says how the second deployment ended. */
async function release(changes: Changes, fault: string): Promise<string> {
  const cloud = await createCloud({ workers: 1 });
  try {
    const template = templateOf({
      ...changes,
      list: {
        CodeUri: 'code',
        Events: { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } },
        ...changes.list,
      },
    });
    const deployment = { stackName: 'shop', template, fileName: 'template.yaml' };
    const { stack } = await cloud.deploy({ ...deployment, packageCode: () => GOOD });
    const api = [...stack.resources.values()].find(({ type }) => type === 'AWS::ApiGateway::RestApi');
    cloud.send({
      apiId: api?.physicalId ?? '',
      stage: 'Prod',
      request: () => ({ method: 'GET', path: '/', headers: {}, query: {} }),
      arrivesAt: arrivals([{ minute: 0, requestsPerMinute: 120 }], cloud.now, undefined),
    });
    return (await cloud.deploy({ ...deployment, packageCode: () => code(fault) })).type;
  } finally {
    await cloud.close();
  }
}

const THROWS = "throw new Error('broken');";
const ANSWERS = "return { statusCode: 500, body: 'broken' };";
const list = { FunctionName: ref('List'), Resource: sub('${List}:live') };

test('a good gate stops a release that throws', async () => {
  expect(findingsOf(templateOf({})).length).toBe(0);
  expect(await release({}, THROWS)).toBe('rolledBack');
});

test.each<[rule: string, Changes, fault: string]>([
  [
    'dimension-set',
    { alarm: { Dimensions: dimensions({ Resource: sub('${List}:live'), ExecutedVersion: VERSION }) } },
    THROWS,
  ],
  ['dimension-value', { alarm: { Dimensions: dimensions({ ...list, ExecutedVersion: ref('List.Version') }) } }, THROWS],
  ['metric-name', { alarm: { MetricName: 'Error' } }, THROWS],
  ['unit-mismatch', { alarm: { Unit: 'Percent' } }, THROWS],
  ['evaluation-outlasts-bake', { alarm: { EvaluationPeriods: 6 } }, THROWS],
  ['threshold-never-crossed', { alarm: { Statistic: 'Average', Threshold: 1 } }, THROWS],
  ['invisible-answers', {}, ANSWERS],
  ['no-gate', { preference: { Alarms: null } }, THROWS],
])('a fault goes through what %s finds', async (rule, changes, fault) => {
  const events = { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } };
  expect(findingsOf(templateOf({ ...changes, list: { Events: events } })).map((it) => it.rule)).toContain(rule);
  expect(await release(changes, fault)).toBe('updated');
});
