import { Buffer } from 'node:buffer';
import {
  CloudWatchLogsClient,
  DescribeMetricFiltersCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Cloud, DeployedFilter } from './cloud.ts';
import { CLIENT, persistently, type Patience } from './persistently.ts';
import { reporter } from './report-to-codedeploy.ts';

const lambda = new LambdaClient(CLIENT);
const logs = new CloudWatchLogsClient(CLIENT);

/** The real cloud, by the SDK. Region, credentials and endpoint come from the environment. */
export function awsCloud(patience: Patience): Cloud {
  const options = { abortSignal: patience.signal };
  return {
    async invoke({ functionName, qualifier, payload }) {
      const command = new InvokeCommand({
        FunctionName: functionName,
        ...(qualifier !== undefined && { Qualifier: qualifier }),
        LogType: 'Tail',
        Payload: Buffer.from(payload),
      });
      const timed = async () => {
        const sentAt = patience.clock.now();
        const answer = await lambda.send(command, options);
        return { ...answer, latencyMs: patience.clock.now() - sentAt };
      };
      const { Payload, FunctionError, ExecutedVersion, LogResult, latencyMs } = await persistently(timed, patience);
      return {
        latencyMs,
        payload: Buffer.from(Payload ?? []).toString('utf8'),
        logTail: Buffer.from(LogResult ?? '', 'base64').toString('utf8'),
        ...(FunctionError !== undefined && { functionError: FunctionError }),
        ...(ExecutedVersion !== undefined && { executedVersion: ExecutedVersion }),
      };
    },

    async metricFilters(logGroup) {
      const filters: DeployedFilter[] = [];
      let nextToken: string | undefined;
      do {
        const command = new DescribeMetricFiltersCommand({ logGroupName: logGroup, ...(nextToken && { nextToken }) });
        const page = await persistently(() => logs.send(command, options), patience);
        for (const { filterName = '', filterPattern = '' } of page.metricFilters ?? []) {
          filters.push({ name: filterName, pattern: filterPattern });
        }
        nextToken = page.nextToken;
      } while (nextToken);
      return filters;
    },

    async matches(pattern, messages) {
      const command = new TestMetricFilterCommand({ filterPattern: pattern, logEventMessages: [...messages] });
      const { matches = [] } = await persistently(() => logs.send(command, options), patience);
      return matches.map(({ eventNumber = 0 }) => eventNumber - 1);
    },

    report: reporter(patience).report,
  };
}
