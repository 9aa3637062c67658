/** Replacements, removals, deletion and rollbacks that fail. Source: codedeploy reference 4.1–4.5, CFNG pages (D). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { release } from './release.fixture.ts';
import { StackCloud } from './stack-cloud.fixture.ts';
import { state } from './state.fixture.ts';

const yaml = (resources: object): string => JSON.stringify({ Resources: resources });
const log = (LogGroupName: string, more: object = {}, attributes: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, ...more },
  ...attributes,
});
const TRUSTED = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const BROKEN = log('/broken', { RetentionInDays: 2 });

function created(resources: object): StackCloud {
  const cloud = new StackCloud();
  expect(cloud.deploy(yaml(resources))).toBe('CREATE_COMPLETE');
  return cloud;
}
const groups = ({ world }: StackCloud): string[] => [...world.logs.groups.keys()].toSorted();

test('a replaced resource is made anew, and the old one goes in the cleanup', () => {
  const cloud = created({ Log: log('/old') });
  expect(cloud.deploy(yaml({ Log: log('/new') }))).toBe('UPDATE_COMPLETE');
  expect(cloud.told).toEqual([
    'app UPDATE_IN_PROGRESS User Initiated',
    'Log UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.',
    'Log UPDATE_IN_PROGRESS Resource creation Initiated',
    'Log UPDATE_COMPLETE',
    'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Log DELETE_IN_PROGRESS',
    'Log DELETE_COMPLETE',
    'app UPDATE_COMPLETE',
  ]);
  expect(groups(cloud)).toEqual(['/new']);
});

test.each<[string, object, string[]]>([
  ['UpdateReplacePolicy keeps the old one', { UpdateReplacePolicy: 'Retain' }, ['/new', '/old']],
  ['DeletionPolicy does not', { DeletionPolicy: 'Retain' }, ['/new']],
])('of a replaced resource %s', (_what, policy, left) => {
  const cloud = created({ Log: log('/old', {}, policy) });
  cloud.deploy(yaml({ Log: log('/new', {}, policy) }));
  expect(groups(cloud)).toEqual(left);
});

test('a replacement that is rolled back takes the old resource again and deletes the new one', () => {
  const cloud = created({ Log: log('/old') });
  const before = state(cloud);
  const target = { Log: log('/new'), Broken: { ...BROKEN, DependsOn: 'Log' } };
  expect(cloud.deploy(yaml(target))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.toldShortly.slice(-9)).toEqual([
    'app UPDATE_ROLLBACK_IN_PROGRESS',
    'Log UPDATE_IN_PROGRESS',
    'Log UPDATE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'Broken DELETE_IN_PROGRESS',
    'Broken DELETE_COMPLETE',
    'Log DELETE_IN_PROGRESS',
    'Log DELETE_COMPLETE',
    'app UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(state(cloud)).toEqual(before);
  expect(cloud.deploy(yaml({ Log: log('/newer') }))).toBe('UPDATE_COMPLETE');
  expect(groups(cloud)).toEqual(['/newer']);
});

test('a custom-named resource that would have to be replaced under its own name is refused', () => {
  const role = (Path: string) => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'mine', Path, AssumeRolePolicyDocument: TRUSTED },
    },
  });
  const cloud = created(role('/'));
  expect(cloud.deploy(yaml(role('/other/')))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(cloud.told).toContain(
    'Role UPDATE_FAILED CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename mine and update the stack again.',
  );
});

test('what a creation of several calls has made before it failed is deleted by the rollback', () => {
  const cloud = new StackCloud();
  const Body = { info: { title: 'neither Swagger nor OpenAPI' } };
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
  const resources = [
    { Type: 'AWS::ApiGateway::RestApi', Properties: { Body } },
    { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument, ManagedPolicyArns: ['nonsense'] } },
    BROKEN,
  ];
  for (const Broken of resources) {
    expect(cloud.deploy(yaml({ Broken }))).toBe('ROLLBACK_COMPLETE');
    expect(cloud.toldShortly.slice(-4)).toEqual([
      'app ROLLBACK_IN_PROGRESS',
      'Broken DELETE_IN_PROGRESS',
      'Broken DELETE_COMPLETE',
      'app ROLLBACK_COMPLETE',
    ]);
    expect(state(cloud)).toEqual(state(new StackCloud()));
    expect(cloud.world.apigateway.apis.size).toBe(0);
    cloud.remove();
  }
});

test('a logical id keeps its type', () => {
  const cloud = created({ Thing: log('/thing') });
  expect(() => cloud.deploy(yaml({ Thing: { Type: 'AWS::SNS::Topic' } }))).toThrow(
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Thing]',
  );
});

test('a renamed alias is a new one: no deployment, and the old name goes', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  const renamed = release({ code: 'two' }).replace('AutoPublishAlias: live', 'AutoPublishAlias: prod');
  expect(cloud.deploy(renamed)).toBe('UPDATE_COMPLETE');
  expect([cloud.alias('list'), cloud.alias('list', 'prod'), cloud.deployments]).toEqual(['none', '2', []]);
});

test('a renamed function takes its versions and its alias along, without a deployment', () => {
  const cloud = new StackCloud();
  cloud.deploy(release());
  expect(cloud.deploy(release().replace('FunctionName: list', 'FunctionName: catalogue'))).toBe('UPDATE_COMPLETE');
  expect([cloud.alias('catalogue'), cloud.alias('list'), cloud.deployments]).toEqual(['1', 'none', []]);
  expect([...cloud.world.lambda.functions.keys()]).toEqual(['catalogue']);
  const deleted = cloud.toldShortly.filter((line) => line.endsWith('DELETE_COMPLETE'));
  expect(deleted).toEqual(['FnAliaslive DELETE_COMPLETE', 'FnVersion DELETE_COMPLETE', 'Fn DELETE_COMPLETE']);
});

test('what a template leaves out goes at the end, dependants first, unless it is retained', () => {
  const kept = log('/kept', {}, { DeletionPolicy: 'Retain' });
  const cloud = created({ Kept: kept, One: log('/one'), Two: log('/two', {}, { DependsOn: 'One' }) });
  const more = { Kept: kept, One: log('/one'), Two: log('/two', {}, { DependsOn: 'One' }), Three: log('/three') };
  cloud.deploy(yaml(more));
  expect(cloud.deploy(yaml({ Three: log('/three') }))).toBe('UPDATE_COMPLETE');
  expect(cloud.toldShortly.slice(2)).toEqual([
    'Two DELETE_IN_PROGRESS',
    'Two DELETE_COMPLETE',
    'One DELETE_IN_PROGRESS',
    'One DELETE_COMPLETE',
    'Kept DELETE_SKIPPED',
    'app UPDATE_COMPLETE',
  ]);
  expect(groups(cloud)).toEqual(['/kept', '/three']);
});

test('a changed DeletionPolicy comes into force with the next update, and is none of its own', () => {
  const cloud = created({ Log: log('/log') });
  const retained = log('/log', {}, { DeletionPolicy: 'Retain' });
  expect(() => cloud.deploy(yaml({ Log: retained }))).toThrow('No updates are to be performed.');
  cloud.deploy(yaml({ Log: retained, Other: log('/other') }));
  cloud.remove();
  expect(groups(cloud)).toEqual(['/log']);
});

test('a resource that was retained and comes back has another made-up name', () => {
  const topic = { Type: 'AWS::SNS::Topic', DeletionPolicy: 'Retain' };
  const cloud = created({ Topic: topic, Log: log('/log') });
  cloud.deploy(yaml({ Log: log('/log') }));
  expect(cloud.deploy(yaml({ Topic: topic, Log: log('/log') }))).toBe('UPDATE_COMPLETE');
  expect(cloud.world.sns.topics.size).toBe(2);
});

test('what cannot be removed after an update does not fail it', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } };
  const cloud = created({ Bucket: bucket, Log: log('/log') });
  cloud.call('s3', 'PutObject', { Bucket: 'full', Key: 'a', Body: Buffer.from('a') });
  expect(cloud.deploy(yaml({ Log: log('/log') }))).toBe('UPDATE_COMPLETE');
  expect(cloud.toldShortly).toContain('Bucket DELETE_FAILED');
  expect(cloud.told.at(-1)).toBe('app UPDATE_COMPLETE Update successful. One or more resources could not be deleted.');
  expect([...cloud.stack.resources.keys()]).toEqual(['Log']);
});

test('a deletion that fails goes on with the rest, and can be tried again', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } };
  const cloud = created({ Log: log('/log'), Bucket: bucket });
  cloud.call('s3', 'PutObject', { Bucket: 'full', Key: 'a', Body: Buffer.from('a') });
  expect(cloud.remove()).toBe('DELETE_FAILED');
  expect(cloud.told.at(-1)).toBe('app DELETE_FAILED The following resource(s) failed to delete: [Bucket]. ');
  expect(groups(cloud)).toEqual([]);
  cloud.call('s3', 'DeleteObject', { Bucket: 'full', Key: 'a' });
  expect(cloud.remove()).toBe('DELETE_COMPLETE');
});

test('a rollback that fails leaves UPDATE_ROLLBACK_FAILED: no update is taken, and ContinueUpdateRollback ends it', () => {
  const cloud = created({ Log: log('/log', { RetentionInDays: 1 }), Other: log('/other', { RetentionInDays: 1 }) });
  const Other = log('/other', { RetentionInDays: 3 }, { DependsOn: 'Log' });
  const Broken = { ...BROKEN, DependsOn: 'Other' };
  cloud.begin(yaml({ Log: log('/log', { RetentionInDays: 3 }), Other, Broken }));
  cloud.advanceUntil((fact) => fact.type === 'cloudformation.StackEvent' && fact.logicalId === 'Other');
  cloud.call('logs', 'DeleteLogGroup', { logGroupName: '/log' });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_FAILED');
  expect(cloud.told.at(-1)).toBe('app UPDATE_ROLLBACK_FAILED The following resource(s) failed to update: [Log]. ');
  expect(() => cloud.deploy(yaml({ Log: log('/new') }))).toThrow(/is in UPDATE_ROLLBACK_FAILED state/);
  cloud.call('logs', 'CreateLogGroup', { logGroupName: '/log' });
  cloud.call('cloudformation', 'ContinueUpdateRollback', { StackName: 'app' });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect([...cloud.world.logs.groups.values()].map((each) => each.retentionInDays)).toEqual([1, 1]);
  expect(groups(cloud)).toEqual(['/log', '/other']);
});

test('a resource that cannot be rolled back can be skipped', () => {
  const cloud = created({ Log: log('/log', { RetentionInDays: 1 }) });
  cloud.begin(yaml({ Log: log('/log', { RetentionInDays: 3 }), Broken: { ...BROKEN, DependsOn: 'Log' } }));
  cloud.advanceUntil((fact) => fact.type === 'cloudformation.StackEvent' && fact.logicalId === 'Broken');
  cloud.call('logs', 'DeleteLogGroup', { logGroupName: '/log' });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_FAILED');
  cloud.call('cloudformation', 'ContinueUpdateRollback', { StackName: 'app', ResourcesToSkip: ['Log'] });
  expect(cloud.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  cloud.call('logs', 'CreateLogGroup', { logGroupName: '/log' });
  expect(cloud.deploy(yaml({ Log: log('/log', { RetentionInDays: 5 }) }))).toBe('UPDATE_COMPLETE');
});

const FUNCTION = {
  FunctionName: 'fn',
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
};
const statement = (action: string) => ({ Effect: 'Allow', Action: action, Resource: '*' });
const document = (action: string) => ({ Version: '2012-10-17', Statement: [statement(action)] });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = (properties: object): object =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));

/** Templates of many resources, each with and without what it may have. */
const anyTemplate = fc
  .record({
    code: fc.constantFrom('exports.a = 1', 'exports.b = 2'),
    memory: optional(fc.constantFrom(256, 512)),
    timeout: optional(fc.constantFrom(5, 9)),
    layers: optional(fc.constant(['arn:aws:lambda:us-east-1:123456789012:layer:l:1'])),
    logging: optional(fc.constant({ LogFormat: 'JSON' })),
    reserved: optional(fc.constantFrom(0, 7)),
    tag: optional(fc.constantFrom('a', 'b')),
    description: optional(fc.constant('described')),
    aliasName: fc.constantFrom('live', 'prod'),
    inline: fc.constantFrom('one', 'two'),
    action: fc.constantFrom('logs:PutLogEvents', 'sns:Publish'),
    retention: optional(fc.constantFrom(1, 7)),
    group: fc.constantFrom('/a', '/b'),
    retries: fc.constantFrom(0, 1),
    threshold: fc.constantFrom(1, 2),
    hasTopic: fc.boolean(),
  })
  .map((it) => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: some({
        AssumeRolePolicyDocument: TRUSTED,
        ManagedPolicyArns: it.tag === undefined ? undefined : ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        Policies: [{ PolicyName: it.inline, PolicyDocument: document(it.action) }],
      }),
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: `own-${it.inline}`, PolicyDocument: document(it.action), Roles: [{ Ref: 'Role' }] },
    },
    Managed: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: some({ PolicyDocument: document(it.action), Roles: it.hasTopic ? [{ Ref: 'Role' }] : undefined }),
    },
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: some({
        ...FUNCTION,
        Code: { ZipFile: it.code },
        MemorySize: it.memory,
        Timeout: it.timeout,
        Layers: it.layers,
        LoggingConfig: it.logging,
        ReservedConcurrentExecutions: it.reserved,
        Description: it.description,
        Tags: it.tag === undefined ? undefined : [{ Key: it.tag, Value: '1' }],
      }),
    },
    Version: { Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain', Properties: { FunctionName: { Ref: 'Fn' } } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: some({
        FunctionName: { Ref: 'Fn' },
        FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        Name: it.aliasName,
        Description: it.description,
      }),
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: 'Alias' }, Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' },
    },
    Retries: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Fn' }, Qualifier: '$LATEST', MaximumRetryAttempts: it.retries },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: some({ LogGroupName: it.group, RetentionInDays: it.retention }) },
    Filter: {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        FilterName: 'filter',
        LogGroupName: { Ref: 'Log' },
        FilterPattern: `{ $.a > ${it.threshold} }`,
        MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: some({
        AlarmDescription: it.description,
        Namespace: 'n',
        MetricName: 'm',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: it.threshold,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    },
    Config: {
      Type: 'AWS::CodeDeploy::DeploymentConfig',
      Properties: {
        ComputePlatform: 'Lambda',
        TrafficRoutingConfig: {
          Type: 'TimeBasedCanary',
          TimeBasedCanary: { CanaryInterval: it.threshold, CanaryPercentage: 10 },
        },
      },
    },
    ...(it.hasTopic && { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: it.inline } } }),
  }));

const rollbackFailures = ({ told }: StackCloud): readonly string[] =>
  told.slice(told.findIndex((line) => line.includes('UPDATE_ROLLBACK_IN'))).filter((line) => / \w+_FAILED/.test(line));

test('after an update that was rolled back, every service is as it was before', () => {
  fc.assert(
    fc.property(anyTemplate, anyTemplate, fc.nat(), (first, second, at) => {
      const cloud = created(first);
      const before = state(cloud);
      const ids = Object.keys(second);
      const target = { ...second, Broken: { ...BROKEN, DependsOn: ids[at % ids.length] } };
      expect([cloud.deploy(yaml(target)), rollbackFailures(cloud)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
      expect(state(cloud)).toEqual(before);
    }),
    { numRuns: 30 },
  );
});

test('an update leaves what a creation of the same template would have made', () => {
  fc.assert(
    fc.property(anyTemplate, anyTemplate, (first, second) => {
      const cloud = created(first);
      fc.pre(JSON.stringify(first) !== JSON.stringify(second));
      expect(cloud.deploy(yaml(second))).toBe('UPDATE_COMPLETE');
      expect(shape(cloud)).toEqual(shape(created(second)));
    }),
    { numRuns: 30 },
  );
});

/** A state in which made-up names, ids and instants are left out. */
const shape = (cloud: StackCloud): unknown =>
  JSON.parse(
    JSON.stringify(state(cloud), (key, value: unknown) => {
      if (['roleId', 'policyId', 'createdAt', 'versions', 'functionVersion', 'permissions'].includes(key))
        return undefined;
      if (value instanceof Map) return [...value.values()];
      return typeof value === 'string' ? value.replaceAll(/app-(\w+)-[A-Z0-9]{12}/g, 'app-$1-…') : value;
    }),
  );

test('a deleted stack leaves nothing behind but what it retains', () => {
  fc.assert(
    fc.property(anyTemplate, anyTemplate, (first, second) => {
      const cloud = created(first);
      if (JSON.stringify(first) !== JSON.stringify(second)) cloud.deploy(yaml(second));
      expect(cloud.remove()).toBe('DELETE_COMPLETE');
      expect(state(cloud)).toEqual(state(new StackCloud()));
    }),
    { numRuns: 10 },
  );
});
