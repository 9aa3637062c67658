/** The project's own API in an embedded cloud, built as `pnpm build` builds it: what the bench sends traffic to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions } from '../../packages/canary/src/build/index.ts';
import { arrivals, type Artifact, type Cloud, createCloud, packageCode } from '../../packages/cloud/src/index.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `dist/`, fresh. */
export const build = () => buildFunctions({ root: ROOT, outdir: join(ROOT, 'dist') });

const template = (): string => readFileSync(join(ROOT, 'infra/template.yaml'), 'utf8');

/** Another build of the list function: a comment more. */
function changed(artifact: Artifact, release: number): Artifact {
  if (release === 0) return artifact;
  const files = new Map(
    [...artifact.files].map(([path, bytes]) => [
      path,
      Buffer.concat([bytes, Buffer.from(`\n// release ${release}\n`)]),
    ]),
  );
  return { key: `${artifact.key}-${release}`, sha256: `${artifact.sha256}${release}`, files };
}

export const deploy = (cloud: Cloud, release: number, parameters: Readonly<Record<string, string>> = {}) =>
  cloud.deploy({
    stackName: 'bench',
    template: template(),
    fileName: 'infra/template.yaml',
    parameters,
    packageCode: (path) => {
      const artifact = packageCode(join(ROOT, 'infra'), path);
      return path.endsWith('/list') ? changed(artifact, release) : artifact;
    },
  });

/** A cloud with the first release deployed and no traffic. */
export async function deployed(seed = 1): Promise<Cloud> {
  const cloud = await createCloud({ seed });
  await deploy(cloud, 0);
  return cloud;
}

/** Requests for the first page, evenly spaced. */
export function send(cloud: Cloud, requestsPerMinute: number): void {
  const apiId = [...cloud.world.apigateway.apis.keys()][0] ?? '';
  const request = () => ({ method: 'GET', path: '/unicorns', headers: { accept: 'application/json' }, query: {} });
  cloud.send({
    apiId,
    stage: 'Prod',
    request,
    arrivesAt: arrivals([{ minute: 0, requestsPerMinute }], cloud.now, undefined),
  });
}
