/** What is told of a stack and of what was proposed for it. Source: CloudFormation's API reference (D), codedeploy reference 4.5. */
import { expect, test } from '@jest/globals';
import { AwsError } from '../../aws-error.ts';
import { release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';

const log = (LogGroupName: string, more: object = {}, attributes: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, ...more },
  ...attributes,
});
const body = (Resources: object, more: object = {}): string => JSON.stringify({ Resources, ...more });
const ONE = { A: log('/a') };
const TWO = { A: log('/a'), B: log('/b') };
const StackName = 'app';

class Asked extends StackCloud {
  ask(operation: string, input: object): Record<string, unknown> {
    return this.call('cloudformation', operation, { StackName, ...input });
  }

  /** The words with which AWS refuses. */
  refused(operation: string, input: object = {}): string {
    try {
      this.ask(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'not refused';
  }

  propose(ChangeSetName: string, resources: object, more: object = {}): void {
    this.ask('CreateChangeSet', { ChangeSetName, TemplateBody: body(resources), ...more });
    this.advance(5_000);
  }

  get described(): Record<string, unknown> {
    return (this.ask('DescribeStacks', {})['Stacks'] as Record<string, unknown>[])[0] ?? {};
  }

  get resources(): readonly string[] {
    const all = this.ask('DescribeStackResources', {})['StackResources'] as Record<string, unknown>[];
    return all.map((it) => `${String(it['LogicalResourceId'])} ${String(it['ResourceStatus'])}`);
  }
}

function made(resources: object = ONE): Asked {
  const cloud = new Asked();
  expect(cloud.deploy(body(resources))).toBe('CREATE_COMPLETE');
  return cloud;
}

test('what was proposed is obsolete when the stack has been updated by other means', () => {
  const cloud = made();
  cloud.propose('early', TWO);
  cloud.ask('UpdateStack', { TemplateBody: body({ A: log('/a'), C: log('/c') }) });
  cloud.settle();
  expect(cloud.ask('DescribeChangeSet', { ChangeSetName: 'early' })).toMatchObject({
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'OBSOLETE',
  });
  expect(cloud.refused('ExecuteChangeSet', { ChangeSetName: 'early' })).toMatch(
    /^InvalidChangeSetStatus: .* cannot be executed in its current execution status of \[OBSOLETE\]$/,
  );
  cloud.propose('late', TWO);
  expect(cloud.ask('DescribeChangeSet', { ChangeSetName: 'late' })['ExecutionStatus']).toBe('AVAILABLE');
});

test('so is what had not been looked at when the update began', () => {
  const cloud = made();
  cloud.ask('CreateChangeSet', { ChangeSetName: 'early', TemplateBody: body(TWO) });
  cloud.ask('UpdateStack', { TemplateBody: body({ A: log('/a'), C: log('/c') }) });
  cloud.settle();
  expect(cloud.ask('DescribeChangeSet', { ChangeSetName: 'early' })['ExecutionStatus']).toBe('OBSOLETE');
});

test('an update that is refused leaves what was proposed as it was', () => {
  const cloud = made();
  cloud.propose('early', TWO);
  expect(cloud.refused('UpdateStack', { TemplateBody: body(ONE) })).toContain('No updates are to be performed.');
  expect(cloud.ask('DescribeChangeSet', { ChangeSetName: 'early' })['ExecutionStatus']).toBe('AVAILABLE');
});

test('change sets go with their stack: another stack of the same name has none', () => {
  const cloud = made();
  cloud.propose('early', TWO);
  cloud.remove();
  cloud.deploy(body(ONE));
  expect(cloud.ask('ListChangeSets', {})['Summaries']).toEqual([]);
  expect(cloud.refused('ExecuteChangeSet', { ChangeSetName: 'early' })).toBe(
    'ChangeSetNotFound: ChangeSet [early] does not exist',
  );
});

test('a parameter that is not to be shown is not shown in a change set either', () => {
  const cloud = made();
  const Parameters = { Secret: { Type: 'String', NoEcho: true }, Plain: { Type: 'String' } };
  cloud.ask('CreateChangeSet', {
    ChangeSetName: 'secret',
    TemplateBody: body(TWO, { Parameters }),
    Parameters: [
      { ParameterKey: 'Secret', ParameterValue: 'hush' },
      { ParameterKey: 'Plain', ParameterValue: 'said' },
    ],
  });
  cloud.advance(5_000);
  expect(cloud.ask('DescribeChangeSet', { ChangeSetName: 'secret' })['Parameters']).toEqual([
    { ParameterKey: 'Secret', ParameterValue: '****' },
    { ParameterKey: 'Plain', ParameterValue: 'said' },
  ]);
});

test('a stack says when it was updated, not when it was made, and the reason of its status alone', () => {
  const cloud = made();
  expect(cloud.described).not.toHaveProperty('LastUpdatedTime');
  expect(cloud.described).not.toHaveProperty('StackStatusReason');
  const at = new Date(cloud.now);
  cloud.begin(body(TWO));
  expect(cloud.described).toMatchObject({ LastUpdatedTime: at, StackStatusReason: 'User Initiated' });
  cloud.settle();
  expect(cloud.described).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: at });
  expect(cloud.described).not.toHaveProperty('StackStatusReason');
  const StackId = cloud.stack.id;
  cloud.remove();
  expect(cloud.ask('DescribeStacks', { StackName: StackId })['Stacks']).toMatchObject([
    { StackStatus: 'DELETE_COMPLETE', DeletionTime: new Date(cloud.now) },
  ]);
});

test('resources are shown while they are made and changed', () => {
  const cloud = made();
  cloud.begin(body({ A: log('/a', { RetentionInDays: 3 }), B: log('/b', {}, { DependsOn: 'A' }) }));
  cloud.advanceUntil((fact) => fact.type === 'cloudformation.ResourceInFlight');
  expect(cloud.resources).toEqual(['A UPDATE_IN_PROGRESS']);
  cloud.advanceUntil((fact) => fact.type === 'cloudformation.ResourceInFlight' && fact.inFlight.logicalId === 'B');
  expect(cloud.resources).toEqual(['A UPDATE_COMPLETE', 'B CREATE_IN_PROGRESS']);
  cloud.settle();
  expect(cloud.resources).toEqual(['A UPDATE_COMPLETE', 'B CREATE_COMPLETE']);
});

test('an alias that is being shifted is shown with the deployment that does it', () => {
  const cloud = new Asked();
  cloud.deploy(release());
  cloud.begin(release({ code: 'two' }));
  cloud.advanceUntil((fact) => fact.type === 'codedeploy.TrafficShifted');
  const { StackResourceDetail } = cloud.ask('DescribeStackResource', { LogicalResourceId: 'FnAliaslive' });
  expect(StackResourceDetail).toMatchObject({
    ResourceStatus: 'UPDATE_IN_PROGRESS',
    ResourceStatusReason: `CodeDeploy deployment started: ${cloud.deployments[0]?.id ?? ''}`,
  });
});

test('what could not be made is shown while nothing is rolled back, with the reason', () => {
  const cloud = new Asked();
  cloud.begin(body({ A: log('/a'), Bad: log('/bad', { RetentionInDays: 2 }) }), {}, { disableRollback: true });
  cloud.settle();
  expect(cloud.resources).toEqual(['A CREATE_COMPLETE', 'Bad CREATE_FAILED']);
  cloud.deploy(body(ONE));
  expect(cloud.resources).toEqual(['A CREATE_COMPLETE']);
});

test('resources to retain are named when a deletion has failed, and only such as are left', () => {
  const cloud = made({ A: log('/a'), Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'kept' } } });
  expect(cloud.refused('DeleteStack', { RetainResources: ['A'] })).toBe(
    `ValidationError: Invalid operation on stack ${cloud.stack.id}. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
  );
  cloud.call('s3', 'PutObject', { Bucket: 'kept', Key: 'k', Body: Buffer.from('x') });
  expect(cloud.remove()).toBe('DELETE_FAILED');
  expect(cloud.refused('DeleteStack', { RetainResources: ['A', 'Bucket'] })).toMatch(
    /^ValidationError: The specified resources to retain must be in a valid state\./,
  );
  cloud.ask('DeleteStack', { RetainResources: ['Bucket'] });
  expect([cloud.settle(), cloud.world.s3.buckets.has('kept')]).toEqual(['DELETE_COMPLETE', true]);
});

test('a resource that a rollback skips is taken for updated', () => {
  const cloud = made({ A: log('/a', { RetentionInDays: 1 }) });
  cloud.begin(body({ A: log('/a', { RetentionInDays: 3 }), X: log('/x', { RetentionInDays: 2 }, { DependsOn: 'A' }) }));
  cloud.advanceUntil(
    (fact) => fact.type === 'cloudformation.StackEvent' && fact.logicalId === 'A' && fact.status === 'UPDATE_COMPLETE',
  );
  cloud.call('logs', 'DeleteLogGroup', { logGroupName: '/a' });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_FAILED');
  expect(cloud.resources).toEqual(['A UPDATE_FAILED']);
  cloud.ask('ContinueUpdateRollback', { ResourcesToSkip: ['A'] });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.toldShortly.slice(-6)).toEqual([
    'app UPDATE_ROLLBACK_IN_PROGRESS',
    'A UPDATE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'X DELETE_IN_PROGRESS',
    'X DELETE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(cloud.resources).toEqual(['A UPDATE_COMPLETE']);
});
