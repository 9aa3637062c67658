import type { Operation } from '../../contract.ts';
import * as events from './event-operations.ts';
import * as groups from './group-operations.ts';
import * as metricFilters from './metric-filter-operations.ts';

/** What can be asked of CloudWatch Logs, by AWS's names. */
export const operations: Readonly<Record<string, Operation>> = {
  CreateLogGroup: groups.CreateLogGroup,
  DeleteLogGroup: groups.DeleteLogGroup,
  DescribeLogGroups: groups.DescribeLogGroups,
  PutRetentionPolicy: groups.PutRetentionPolicy,
  DeleteRetentionPolicy: groups.DeleteRetentionPolicy,
  CreateLogStream: events.CreateLogStream,
  DescribeLogStreams: events.DescribeLogStreams,
  PutLogEvents: events.PutLogEvents,
  FilterLogEvents: events.FilterLogEvents,
  GetLogEvents: events.GetLogEvents,
  PutMetricFilter: metricFilters.PutMetricFilter,
  DeleteMetricFilter: metricFilters.DeleteMetricFilter,
  DescribeMetricFilters: metricFilters.DescribeMetricFilters,
  TestMetricFilter: metricFilters.TestMetricFilter,
};
