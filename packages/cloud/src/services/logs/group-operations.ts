import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import type { LogGroup } from './state.ts';
import {
  constraint,
  GROUP_NAME,
  groupArn,
  invalid,
  page,
  requireGroup,
  requireLimit,
  requireName,
  streamResource,
} from './validation.ts';

/** Source: API-PRP (D). */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const byGroup = (world: World, { logGroupName }: { logGroupName?: string | undefined }) =>
  streamResource(world, logGroupName);

export const CreateLogGroup = operation<CreateLogGroupRequest>({
  action: 'logs:CreateLogGroup',
  resource: byGroup,
  run(world, { logGroupName, logGroupClass, kmsKeyId }) {
    requireName('logGroupName', logGroupName, GROUP_NAME);
    if (logGroupName.startsWith('aws/')) throw invalid('Log groups starting with AWS/ are reserved for AWS.');
    if (logGroupClass !== undefined && logGroupClass !== 'STANDARD')
      throw invalid(
        `The log group class ${logGroupClass} cannot be rehearsed: metric filters need STANDARD. See docs/slice.md.`,
      );
    if (world.logs.groups.has(logGroupName))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    // A key changes where events rest, nothing of what can be rehearsed.
    void kmsKeyId;
    return { output: {}, effects: [{ type: 'logs.GroupCreated', logGroup: logGroupName }] };
  },
});

export const DeleteLogGroup = operation<DeleteLogGroupRequest>({
  action: 'logs:DeleteLogGroup',
  resource: byGroup,
  run(world, { logGroupName }) {
    const { name } = requireGroup(world, logGroupName);
    return { output: {}, effects: [{ type: 'logs.GroupDeleted', logGroup: name }] };
  },
});

export const DescribeLogGroups = operation<DescribeLogGroupsRequest>({
  action: 'logs:DescribeLogGroups',
  resource: (world) => streamResource(world, ''),
  run(world, { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, nextToken, limit }) {
    if (prefix !== undefined && pattern !== undefined)
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    const names = [...world.logs.groups.values()]
      .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes(pattern?.toLowerCase() ?? ''))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { items, ...next } = page(names, nextToken, requireLimit(limit, 50, 50));
    return {
      output: {
        logGroups: items.map((group) => describeGroup(world, group)),
        ...next,
      } satisfies DescribeLogGroupsResponse,
      effects: [],
    };
  },
});

const describeGroup = (world: World, group: LogGroup) => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
  metricFilterCount: group.filters.size,
  arn: `${groupArn(world, group.name)}:*`,
  logGroupArn: groupArn(world, group.name),
  storedBytes: group.storedBytes,
  logGroupClass: 'STANDARD' as const,
});

export const PutRetentionPolicy = operation<PutRetentionPolicyRequest>({
  action: 'logs:PutRetentionPolicy',
  resource: byGroup,
  run(world, { logGroupName, retentionInDays }) {
    const { name } = requireGroup(world, logGroupName);
    if (retentionInDays === undefined || !RETENTION_DAYS.includes(retentionInDays))
      throw constraint('retentionInDays', retentionInDays, `satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`);
    return { output: {}, effects: [{ type: 'logs.RetentionSet', logGroup: name, retentionInDays }] };
  },
});

export const DeleteRetentionPolicy = operation<DeleteRetentionPolicyRequest>({
  action: 'logs:DeleteRetentionPolicy',
  resource: byGroup,
  run(world, { logGroupName }) {
    const { name } = requireGroup(world, logGroupName);
    return { output: {}, effects: [{ type: 'logs.RetentionSet', logGroup: name }] };
  },
});
