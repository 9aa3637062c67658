/**
 * What a request may say on AWS and this cloud does not act on. Members that would change the outcome are refused, by
 * name: a member that is dropped would be believed. A test holds both tables against the models.
 */
import type { ServiceName } from './contract.ts';

/** Under `*` what holds for every operation of the service. */
type Members = { readonly [Service in ServiceName]?: Readonly<Record<string, readonly string[]>> };

const EC2 = [
  'ec2TagFilters',
  'ec2TagSet',
  'onPremisesInstanceTagFilters',
  'onPremisesTagSet',
  'autoScalingGroups',
  'ecsServices',
  'loadBalancerInfo',
  'blueGreenDeploymentConfiguration',
  'outdatedInstancesStrategy',
  'terminationHookEnabled',
];

export const REFUSED_MEMBERS: Members = {
  cloudformation: {
    '*': ['CallAs', 'StackSetName'],
    CreateChangeSet: ['OnStackFailure', 'ImportExistingResources', 'DeploymentMode'],
    DescribeChangeSet: ['IncludePropertyValues'],
    ContinueUpdateRollback: ['ForceRollback'],
    DeleteStack: ['DeletionMode'],
  },
  cloudwatch: {
    DescribeAlarmHistory: ['AlarmContributorId'],
  },
  codedeploy: {
    CreateApplication: ['tags'],
    CreateDeploymentConfig: ['minimumHealthyHosts', 'zonalConfig'],
    CreateDeploymentGroup: ['tags', ...EC2],
    UpdateDeploymentGroup: ['newDeploymentGroupName', ...EC2],
    CreateDeployment: ['targetInstances', 'fileExistsBehavior', 'deploymentMode'],
    ListDeployments: ['externalId'],
    ListDeploymentTargets: ['targetFilters'],
  },
  events: { PutEvents: ['EndpointId'], PutRule: ['Tags'] },
  iam: { CreateRole: ['Tags'], CreatePolicy: ['Tags'], ListAttachedRolePolicies: ['PathPrefix'] },
  lambda: {
    '*': ['PublishTo'],
    AddPermission: ['FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'EventSourceToken', 'PrincipalOrgID'],
    Invoke: ['ClientContext', 'DurableExecutionName', 'TenantId'],
    ListFunctions: ['MasterRegion'],
    UpdateFunctionCode: ['S3ObjectStorageMode', 'SourceKMSKeyArn'],
  },
  logs: {
    CreateLogGroup: ['tags', 'deletionProtectionEnabled'],
    DescribeLogGroups: ['accountIdentifiers', 'includeLinkedAccounts', 'logGroupIdentifiers'],
    PutLogEvents: ['entity'],
  },
  s3: {
    '*': [
      'ACL',
      'GrantFullControl',
      'GrantRead',
      'GrantReadACP',
      'GrantWrite',
      'GrantWriteACP',
      'MFA',
      'Tagging',
      'ObjectLockMode',
      'ObjectLockRetainUntilDate',
      'ObjectLockLegalHoldStatus',
      'ObjectLockEventHold',
      'ObjectLockEventHoldDurationDays',
      'ObjectLockEventHoldDurationYears',
      'ObjectLockEnabledForBucket',
      'SSECustomerAlgorithm',
      'SSECustomerKey',
      'SSECustomerKeyMD5',
      'CopySourceSSECustomerAlgorithm',
      'CopySourceSSECustomerKey',
      'CopySourceSSECustomerKeyMD5',
      'OptionalObjectAttributes',
      'WriteOffsetBytes',
      'Expires',
      'ResponseExpires',
      'SSEKMSEncryptionContext',
      'PartNumber',
    ],
    CreateBucket: ['ObjectOwnership', 'BucketNamespace'],
    AbortMultipartUpload: ['IfMatchInitiatedTime'],
    CompleteMultipartUpload: ['MpuObjectSize'],
    CopyObject: ['TaggingDirective', 'AnnotationDirective'],
    DeleteObject: ['IfMatch', 'IfMatchLastModifiedTime', 'IfMatchSize'],
    ListObjectsV2: ['FetchOwner'],
  },
  sns: {
    CreateTopic: ['DataProtectionPolicy'],
    Publish: ['PhoneNumber', 'MessageDeduplicationId', 'MessageGroupId'],
  },
  sts: {
    AssumeRole: [
      'Policy',
      'PolicyArns',
      'Tags',
      'TransitiveTagKeys',
      'ExternalId',
      'SerialNumber',
      'TokenCode',
      'SourceIdentity',
      'ProvidedContexts',
      'MinimumSessionTokenSize',
    ],
  },
};

const CHECKSUMS = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ChecksumSHA512',
  'ChecksumMD5',
  'ChecksumXXHASH64',
  'ChecksumXXHASH3',
  'ChecksumXXHASH128',
];

/** Taken, and nothing follows: what they ask for is so here in any case, or nobody could tell the difference. */
export const MEMBERS_WITHOUT_EFFECT: Members = {
  cloudformation: {
    '*': ['RoleARN', 'ClientToken', 'ClientRequestToken', 'DisableValidation'],
    GetTemplateSummary: ['TemplateSummaryConfig'],
  },
  cloudwatch: { PutMetricData: ['StrictEntityValidation'] },
  events: { DeleteRule: ['Force'], RemoveTargets: ['Force'] },
  logs: { PutLogEvents: ['sequenceToken'], FilterLogEvents: ['interleaved', 'unmask'], GetLogEvents: ['unmask'] },
  s3: {
    '*': ['RequestPayer', 'ChecksumAlgorithm', 'ChecksumType', 'ChecksumMode', ...CHECKSUMS],
    DeleteObject: ['BypassGovernanceRetention'],
    DeleteObjects: ['BypassGovernanceRetention'],
    PutBucketPolicy: ['ConfirmRemoveSelfBucketAccess'],
    PutBucketLifecycleConfiguration: ['TransitionDefaultMinimumObjectSize'],
    PutBucketNotificationConfiguration: ['SkipDestinationValidation'],
  },
  sns: { ConfirmSubscription: ['AuthenticateOnUnsubscribe'] },
};

const of = (table: Members, service: ServiceName, operation: string): readonly string[] => [
  ...(table[service]?.['*'] ?? []),
  ...(table[service]?.[operation] ?? []),
];

/** Needed where they stand; nothing to refuse. */
const NEEDED: Members = { s3: { UploadPart: ['PartNumber'], PutBucketTagging: ['Tagging'] } };

export const refusedMembers = (service: ServiceName, operation: string): readonly string[] =>
  of(REFUSED_MEMBERS, service, operation).filter((it) => !of(NEEDED, service, operation).includes(it));

export const membersWithoutEffect = (service: ServiceName, operation: string): readonly string[] =>
  of(MEMBERS_WITHOUT_EFFECT, service, operation);
