/** The script against the embedded cloud, by the AWS CLI, where that is there. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud, packageCode } from '@unicorns/cloud';
import { at } from './docs/pages.ts';

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'forget-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes }
`;

async function deploy(
  cloud: Cloud,
  build: number,
  interventions: readonly { afterMs: number; act: () => void }[] = [],
) {
  writeFileSync(join(folder, 'index.mjs'), `export const handler = async () => ${build};`);
  const { type } = await cloud.deploy({
    stackName: 'shop',
    template: TEMPLATE,
    fileName: 'template.yaml',
    packageCode: () => packageCode(folder, '.'),
    interventions,
  });
  return type;
}

const stopIt = (cloud: Cloud) => ({
  afterMs: 60_000,
  act: (): void => {
    const deploymentId = [...cloud.world.codedeploy.deployments.keys()].at(-1);
    const input = { deploymentId, autoRollbackEnabled: true };
    const as = { type: 'root' } as const;
    cloud.perform([{ type: 'call', as, service: 'codedeploy', operation: 'StopDeployment', input }]);
  },
});

function forget(cloud: Cloud, stack: string): Promise<{ status: number | null; said: string }> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
  };
  return new Promise((resolve) => {
    let said = '';
    const script = spawn('bash', [at('scripts/forget-rolled-back.sh'), stack], { env });
    for (const stream of [script.stdout, script.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    script.on('close', (status) => resolve({ status, said }));
  });
}

test('what a rolled-back release left behind is forgotten, and the same package can be deployed', async () => {
  if (!hasAwsCli) {
    process.stdout.write('skipped: scripts/forget-rolled-back.sh, because the AWS CLI is not installed\n');
    return;
  }
  const cloud = await createCloud({ workers: 1 });
  try {
    expect(await deploy(cloud, 1)).toBe('created');
    expect(await deploy(cloud, 2, [stopIt(cloud)])).toBe('rolledBack');
    expect(await deploy(cloud, 2)).toBe('rolledBack');
    const { status, said } = await forget(cloud, 'shop');
    expect([status, said]).toEqual([0, expect.stringContaining('version 2, newer than version 1')]);
    expect(said).toContain('1 versions forgotten in shop.');
    expect(await deploy(cloud, 2)).toBe('updated');
  } finally {
    await cloud.close();
  }
});
