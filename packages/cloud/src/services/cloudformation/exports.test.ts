/** Stacks that import from one another, deployed through the library. */
import { CloudFormationClient, ListExportsCommand, ListImportsCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});
afterAll(() => cloud.close());

const deploy = (stackName: string, template: string) =>
  cloud.deploy({
    stackName,
    template,
    fileName: `${stackName}.yaml`,
    packageCode() {
      throw new Error('no code is packaged here');
    },
  });

/** A stack that exports a topic's name, or with `value` another text. */
const exporter = (outputs: string): string => `
Resources: { Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: rides } } }
${outputs}`;
const NAME = 'Outputs: { Name: { Value: !GetAtt Topic.TopicName, Export: { Name: rides-name } } }';
const IMPORTER =
  'Resources: { Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !ImportValue rides-name } } }';

/** Stack events of the last operation that have a reason. */
function reasons(stackName: string): readonly string[] {
  const events = cloud.world.cloudformation.stacks.get(stackName)?.events ?? [];
  const from = events.findLastIndex((it) => it.reason === 'User Initiated');
  return events.slice(from + 1).flatMap(({ status, reason }) => (reason === undefined ? [] : [`${status} ${reason}`]));
}

test('what one stack exports another imports', async () => {
  await deploy('owner', exporter(NAME));
  expect((await deploy('user', IMPORTER)).type).toBe('created');
  expect([...cloud.world.logs.groups.keys()]).toEqual(['rides']);
});

test('exports and who imports them are listed over the wire', async () => {
  const client = new CloudFormationClient({
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const ExportingStackId = cloud.world.cloudformation.stacks.get('owner')?.id;
  const { Exports, NextToken } = await client.send(new ListExportsCommand({}));
  expect([Exports, NextToken]).toEqual([[{ ExportingStackId, Name: 'rides-name', Value: 'rides' }], undefined]);
  const { Imports } = await client.send(new ListImportsCommand({ ExportName: 'rides-name' }));
  expect(Imports).toEqual(['user']);
  await expect(client.send(new ListImportsCommand({ ExportName: 'gone' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: "Export 'gone' is not imported by any stack.",
  });
  await expect(client.send(new ListExportsCommand({ NextToken: 'x' }))).rejects.toThrow('Invalid NextToken: x');
  client.destroy();
});

test('what nobody exports is refused with its line', async () => {
  const message = /none\.yaml:1.*No export named gone found/;
  await expect(deploy('none', IMPORTER.replace('rides-name', 'gone'))).rejects.toThrow(message);
});

test('a name is exported once', async () => {
  expect((await deploy('second', exporter(NAME).replace('TopicName: rides', 'TopicName: other'))).type).toBe('failed');
  expect(reasons('second')[1]).toBe(
    'ROLLBACK_IN_PROGRESS Export with name rides-name is already exported by stack owner. Rollback requested by user.',
  );
  await cloud.remove('second');
});

test('what is imported is neither changed nor taken away, and its stack is not deleted', async () => {
  expect((await deploy('owner', exporter(''))).type).toBe('rolledBack');
  expect(reasons('owner')).toEqual([
    'UPDATE_ROLLBACK_IN_PROGRESS Export rides-name cannot be deleted as it is in use by user',
  ]);
  expect((await deploy('owner', exporter(NAME.replace('!GetAtt Topic.TopicName', 'walks')))).type).toBe('rolledBack');
  expect(reasons('owner')).toEqual([
    'UPDATE_ROLLBACK_IN_PROGRESS Export rides-name cannot be updated as it is in use by user',
  ]);
  await cloud.remove('owner');
  expect(cloud.world.cloudformation.stacks.get('owner')).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    statusReason: 'Export rides-name cannot be deleted as it is in use by user',
  });
});

test('it goes when nobody imports it any more', async () => {
  await cloud.remove('user');
  await cloud.remove('owner');
  expect([...cloud.world.cloudformation.stacks.keys()]).toEqual([]);
});
