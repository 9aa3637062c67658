/** From a line of the embedded metric format to an alarm with periods of ten seconds. */
import { CloudWatchClient, DescribeAlarmHistoryCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud } from '../../cloud.ts';

let cloud: Cloud;
const NAMES = { logGroupName: '/shop/list', logStreamName: 's' };

beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});

afterAll(() => cloud.close());

test('an alarm of ten seconds sees a high-resolution sample within seconds, and a minutely one not at all', async () => {
  const configured = {
    region: 'us-east-1',
    endpoint: cloud.endpointUrl,
    credentials: { accessKeyId: 'me', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const alarms = new CloudWatchClient(configured);
  const logs = new CloudWatchLogsClient(configured);
  await logs.send(new CreateLogGroupCommand({ logGroupName: NAMES.logGroupName }));
  await logs.send(new CreateLogStreamCommand(NAMES));
  for (const MetricName of ['fine', 'coarse'])
    await alarms.send(
      new PutMetricAlarmCommand({
        AlarmName: MetricName,
        Namespace: 'Shop',
        MetricName,
        Statistic: 'Sum',
        Period: 10,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );
  await cloud.advance(60_000);
  const timestamp = cloud.now;
  const message = JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        { Namespace: 'Shop', Dimensions: [[]], Metrics: [{ Name: 'fine', StorageResolution: 1 }, { Name: 'coarse' }] },
      ],
    },
    fine: 1,
    coarse: 1,
  });
  await logs.send(new PutLogEventsCommand({ ...NAMES, logEvents: [{ timestamp, message }] }));
  await cloud.advance(180_000);
  const { AlarmHistoryItems = [] } = await alarms.send(
    new DescribeAlarmHistoryCommand({ HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' }),
  );
  const turned = AlarmHistoryItems.filter(({ HistorySummary }) => HistorySummary?.endsWith('to ALARM'));
  expect(turned.map(({ AlarmName }) => AlarmName)).toEqual(['fine']);
  const afterMs = Number(turned[0]?.Timestamp) - timestamp;
  expect(afterMs).toBeGreaterThan(5_000);
  expect(afterMs).toBeLessThanOrEqual(25_000);
});
