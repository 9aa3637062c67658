/** What can be asked of CloudWatch, by AWS's names. */
import type {
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import { operation } from '../../contract.ts';
import type { Operation } from '../../contract.ts';
import { alarmOperations } from './alarm-operations.ts';
import { readMetricData } from './put-metric-data.ts';
import { getMetricData, getMetricStatistics, listMetrics } from './read-metrics.ts';

/** Metrics are no resources of their own in policies. */
const anyResource = (): string => '*';

export const operations: Readonly<Record<string, Operation>> = {
  ...alarmOperations,
  PutMetricData: operation<PutMetricDataInput>({
    action: 'cloudwatch:PutMetricData',
    resource: anyResource,
    run: (_, input, { now }) => {
      const datapoints = readMetricData(input, now);
      return {
        output: {},
        effects: datapoints.length === 0 ? [] : [{ type: 'cloudwatch.DatapointsRecorded', datapoints }],
      };
    },
  }),
  GetMetricData: operation<GetMetricDataInput>({
    action: 'cloudwatch:GetMetricData',
    resource: anyResource,
    run: (world, input, { now }) => ({ output: getMetricData(world, input, now), effects: [] }),
  }),
  GetMetricStatistics: operation<GetMetricStatisticsInput>({
    action: 'cloudwatch:GetMetricStatistics',
    resource: anyResource,
    run: (world, input, { now }) => ({ output: getMetricStatistics(world, input, now), effects: [] }),
  }),
  ListMetrics: operation<ListMetricsInput>({
    action: 'cloudwatch:ListMetrics',
    resource: anyResource,
    run: (world, input, { now }) => ({ output: listMetrics(world, input, now), effects: [] }),
  }),
};
