import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as s3 from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { createCloud } from './cloud.ts';
import { MEMBERS_WITHOUT_EFFECT, membersWithoutEffect, REFUSED_MEMBERS, refusedMembers } from './outside-members.ts';
import { loadService } from './shell/load-service.ts';
import { membersOf } from './wire/schema-kind.ts';
import { SERVICES } from './world.ts';

const FOLDER = fileURLToPath(new URL('services', import.meta.url));

function codeOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return codeOf(path);
      return /(?<!\.test|\.fixture)\.ts$/.test(entry.name) ? readFileSync(path, 'utf8') : '';
    })
    .join('\n');
}

const ON_WIRE = SERVICES.filter(({ name }) => name !== 'apigateway').map(({ name }) => name);

async function inputsOf(name: (typeof ON_WIRE)[number]) {
  const description = await loadService(name);
  const operations = Object.keys(SERVICES.find((it) => it.name === name)?.operations ?? {});
  return operations.map((operation) => {
    const shape = description?.operations.get(operation);
    return [operation, shape === undefined ? [] : membersOf(shape.input).map(([member]) => member)] as const;
  });
}

test.each(ON_WIRE)('what a request to %s may say is read, refused, or known to have no effect', async (name) => {
  const code = codeOf(join(FOLDER, name));
  const dropped = (await inputsOf(name)).flatMap(([operation, members]) => {
    const told = [...refusedMembers(name, operation), ...membersWithoutEffect(name, operation)];
    return members
      .filter((member) => !told.includes(member) && !new RegExp(`\\b${member}\\b`).test(code))
      .map((member) => `${operation} ${member}`);
  });
  expect(dropped).toEqual([]);
});

test.each(ON_WIRE)('what %s refuses or lets pass is in its model', async (name) => {
  const inputs = new Map(await inputsOf(name));
  const everywhere = new Set([...inputs.values()].flat());
  const unknown = [REFUSED_MEMBERS, MEMBERS_WITHOUT_EFFECT].flatMap((table) =>
    Object.entries(table[name] ?? {}).flatMap(([operation, members]) =>
      members
        .filter((it) => !(operation === '*' ? everywhere.has(it) : inputs.get(operation)?.includes(it) === true))
        .map((it) => `${operation} ${it}`),
    ),
  );
  expect(unknown).toEqual([]);
});

test('a member outside the slice is refused by its name, and one that says nothing is not', async () => {
  const cloud = await createCloud({ workers: 1 });
  const config = {
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const buckets = new s3.S3Client(config);
  await buckets.send(new s3.CreateBucketCommand({ Bucket: 'outside', ObjectLockEnabledForBucket: false }));
  await expect(
    buckets.send(
      new s3.PutObjectCommand({ Bucket: 'outside', Key: 'a', Body: 'a', ACL: 'public-read', Tagging: 'a=b' }),
    ),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'ACL, Tagging of PutObject are not part of the embedded cloud. See docs/slice.md.',
    $metadata: { httpStatusCode: 501 },
  });
  const deployments = new codedeploy.CodeDeployClient(config);
  await expect(
    deployments.send(new codedeploy.CreateApplicationCommand({ applicationName: 'a', tags: [{ Key: 'k' }] })),
  ).rejects.toMatchObject({
    message: 'tags of CreateApplication is not part of the embedded cloud. See docs/slice.md.',
  });
  await cloud.close();
});
