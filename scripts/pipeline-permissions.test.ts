/** The role that the pipeline deploys with against what CloudFormation does with the template, action by action. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createCloud, packageFiles } from '@unicorns/cloud';
import { parse } from 'yaml';
import { SERVICES } from '../packages/cloud/src/world.ts';
import { at } from './docs/pages.ts';

interface Statement {
  readonly Action: string | readonly string[];
}

/** Every action that an inline policy of the role allows. */
function allowedBy(role: string): ReadonlySet<string> {
  const { Resources } = parse(readFileSync(at('infra/pipeline.yaml'), 'utf8'), { logLevel: 'silent' }) as {
    readonly Resources: Readonly<
      Record<string, { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } }>
    >;
  };
  const policies = Resources[role]?.Properties.Policies ?? [];
  return new Set(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action)));
}

const ACTIONS = new Map(
  SERVICES.flatMap(({ name, operations }) =>
    Object.entries(operations).map(([operation, { action }]) => [`${name}:${operation}`, action] as const),
  ),
);

/** The IAM actions of everything that is asked of other services while the stack is made, changed and deleted. */
async function actionsOfDeployments(): Promise<ReadonlySet<string>> {
  const cloud = await createCloud({ workers: 1 });
  const actions = new Set<string>();
  cloud.journal.subscribe(({ effect }) => {
    if (effect.type !== 'call' || effect.as.type !== 'root') return;
    expect(effect.error).toBeUndefined();
    actions.add(ACTIONS.get(`${effect.service}:${effect.operation}`) ?? 'unknown');
  });
  const deploy = (build: string, parameters: Readonly<Record<string, string>>) =>
    cloud.deploy({
      stackName: 'unicorns',
      template: readFileSync(at('infra/template.yaml'), 'utf8'),
      fileName: 'infra/template.yaml',
      parameters,
      packageCode: (path) => {
        const isReleased = /\/(?:list|pre-traffic|post-traffic)$/.test(path);
        const code = new TextEncoder().encode(`export const handler = async () => '${isReleased ? 'one' : build}';`);
        return packageFiles(new Map([['index.mjs', code]]));
      },
    });
  try {
    const all = { NoticesEmail: 'you@example.org', SyntheticRequestsPerMinute: '60' };
    expect((await deploy('one', { LogRetentionDays: '30' })).type).toBe('created');
    expect((await deploy('two', { LogRetentionDays: '7', ...all })).type).toBe('updated');
    expect((await deploy('three', { LogRetentionDays: '7' })).type).toBe('updated');
    await cloud.remove('unicorns');
  } finally {
    await cloud.close();
  }
  return actions;
}

test('the deploying role allows everything that CloudFormation asks for, whatever is switched on', async () => {
  const allowed = allowedBy('DeployRole');
  const asked = await actionsOfDeployments();
  expect(asked.size).toBeGreaterThan(25);
  expect([...asked].filter((action) => !allowed.has(action)).toSorted()).toEqual([]);
});
