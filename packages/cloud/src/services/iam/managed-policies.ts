/**
 * AWS's managed policies that functions of this slice use, by the path and name of their ARN. Actions of services
 * outside the slice are kept where they are short, so that a role reads as on AWS.
 * Source: AWS managed policy reference guide (D); the CodeDeploy ones: moto/iam/aws_managed_policies.py (S),
 * codedeploy reference 3.9.
 */
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

const allow = (Action: readonly string[], Resource: string | readonly string[] = '*'): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const CODE_DEPLOY = [
  'cloudwatch:DescribeAlarms',
  'lambda:UpdateAlias',
  'lambda:GetAlias',
  'lambda:GetProvisionedConcurrencyConfig',
];
const READ_REVISION = ['s3:GetObject', 's3:GetObjectVersion'];

/** Only hooks named `CodeDeployHook_…` can be invoked: the rule that people trip over. */
const CODE_DEPLOY_REST: readonly PolicyStatement[] = [
  allow(READ_REVISION, 'arn:aws:s3:::*/CodeDeploy/*'),
  { ...allow(READ_REVISION), Condition: { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } } },
  allow(['lambda:InvokeFunction'], 'arn:aws:lambda:*:*:function:CodeDeployHook_*'),
];

const WRITE_TRACES = [
  allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
];

const STATEMENTS: Readonly<Record<string, readonly PolicyStatement[]>> = {
  AdministratorAccess: [allow(['*'])],
  'service-role/AWSLambdaBasicExecutionRole': [allow(WRITE_LOGS)],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    allow([
      ...WRITE_LOGS,
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ]),
  ],
  'service-role/AWSLambdaRole': [allow(['lambda:InvokeFunction'])],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...WRITE_LOGS]),
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    allow([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      ...WRITE_LOGS,
    ]),
  ],
  'service-role/AWSCodeDeployRoleForLambda': [allow([...CODE_DEPLOY, 'sns:Publish']), ...CODE_DEPLOY_REST],
  'service-role/AWSCodeDeployRoleForLambdaLimited': [allow(CODE_DEPLOY), ...CODE_DEPLOY_REST],
  'service-role/AWSLambdaKinesisExecutionRole': [
    allow([
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:ListStreams',
      'kinesis:SubscribeToShard',
      ...WRITE_LOGS,
    ]),
  ],
  AWSLambdaExecute: [
    allow(['logs:*'], 'arn:aws:logs:*:*:*'),
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::*'),
  ],
  AWSLambda_FullAccess: [
    allow([
      'cloudformation:DescribeStacks',
      'cloudformation:ListStackResources',
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricData',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:ListRoles',
      'lambda:*',
      'logs:DescribeLogGroups',
      'states:DescribeStateMachine',
      'states:ListStateMachines',
      'tag:GetResources',
      'xray:GetTraceSummaries',
      'xray:BatchGetTraces',
    ]),
    allow(
      ['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents'],
      'arn:aws:logs:*:*:log-group:/aws/lambda/*',
    ),
  ],
  AWSCodeDeployFullAccess: [allow(['codedeploy:*'])],
  AWSCodeDeployReadOnlyAccess: [allow(['codedeploy:Batch*', 'codedeploy:Get*', 'codedeploy:List*'])],
  AmazonS3FullAccess: [allow(['s3:*', 's3-object-lambda:*'])],
  AmazonS3ReadOnlyAccess: [
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ],
  AmazonSNSFullAccess: [allow(['sns:*'])],
  AmazonSQSFullAccess: [allow(['sqs:*'])],
  AWSXRayDaemonWriteAccess: WRITE_TRACES,
  /** What SAM gives a function whose Tracing is Active. */
  AWSXrayWriteOnlyAccess: WRITE_TRACES,
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    allow(['logs:CreateLogGroup']),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*'),
  ],
  AmazonDynamoDBReadOnlyAccess: [
    allow([
      'dynamodb:BatchGetItem',
      'dynamodb:Describe*',
      'dynamodb:List*',
      'dynamodb:GetItem',
      'dynamodb:GetResourcePolicy',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:PartiQLSelect',
    ]),
  ],
  AmazonDynamoDBFullAccess: [allow(['dynamodb:*', 'dax:*'])],
  AmazonDynamoDBFullAccess_v2: [allow(['dynamodb:*', 'dax:*'])],
  CloudWatchLogsFullAccess: [allow(['logs:*', 'cloudwatch:GenerateQuery'])],
};

const DOCUMENTS = new Map<string, PolicyDocument>(
  Object.entries(STATEMENTS).map(([name, statements]) => [name, { Version: '2012-10-17', Statement: statements }]),
);

/** The document of `arn:<partition>:iam::aws:policy/<path and name>`; undefined when it is not in the table. */
export const awsManagedPolicy = (policyArn: string): PolicyDocument | undefined =>
  DOCUMENTS.get(/^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(policyArn)?.[1] ?? '');

/** Path and name of every managed policy whose content is known. */
export const MANAGED_POLICIES: readonly string[] = [...DOCUMENTS.keys()];
