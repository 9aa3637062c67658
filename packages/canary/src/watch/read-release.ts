/** What a recording keeps beside events, so that a rehearsal can replay the same release under the same traffic. */
import { MINUTE, type RateStep } from '@unicorns/cloud';
import type { Questions } from './questions.ts';
import type { RecordedParameters, RecordedTraffic } from './recording.ts';
import type { Snapshot } from './snapshot.ts';

/** CloudFormation shows this instead of a NoEcho parameter. */
const HIDDEN = '****';

export async function readParameters(
  { account, wanted }: Questions,
  stackName: string,
): Promise<RecordedParameters | undefined> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const command = new DescribeStacksCommand({ StackName: stackName });
  const answer = await wanted("The stack's parameters", () => account.cloudformation.send(command));
  const all = answer?.Stacks?.[0]?.Parameters ?? [];
  const shown = all.flatMap(({ ParameterKey: key, ParameterValue: value, ResolvedValue: resolved }) =>
    key === undefined || value === undefined || value === HIDDEN ? [] : [[key, resolved ?? value] as const],
  );
  return answer && { type: 'parameters', parameters: Object.fromEntries(shown) };
}

/** Invocations per minute through the aliases that were moved, both versions together, from `startedAt` on. */
export async function readTraffic(
  { account, wanted }: Questions,
  { aliases }: Snapshot,
  startedAt: number,
): Promise<RecordedTraffic | undefined> {
  if (aliases.length === 0) return undefined;
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const from = Math.floor(startedAt / MINUTE) * MINUTE;
  const command = new GetMetricDataCommand({
    MetricDataQueries: aliases.map(({ functionName, alias }, index) => ({
      Id: `alias${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName: 'Invocations',
          Dimensions: [
            { Name: 'FunctionName', Value: functionName },
            { Name: 'Resource', Value: `${functionName}:${alias}` },
          ],
        },
        Period: 60,
        Stat: 'Sum',
      },
    })),
    StartTime: new Date(from),
    EndTime: new Date(account.clock.now),
    ScanBy: 'TimestampAscending',
  });
  const answer = await wanted('The traffic', () => account.cloudwatch.send(command));
  if (answer === undefined) return undefined;
  const counts = new Map<number, number>();
  for (const { Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
    for (const [index, at] of Timestamps.entries()) {
      // The minute that is not over yet would be told as a lull.
      if (at.getTime() + MINUTE > account.clock.now) continue;
      const minute = Math.round((at.getTime() - from) / MINUTE);
      counts.set(minute, (counts.get(minute) ?? 0) + (Values[index] ?? 0));
    }
  }
  return { type: 'traffic', profile: profileOf(counts) };
}

/** A minute without a datapoint had no request. Equal minutes in a row are one step. */
export function profileOf(counts: ReadonlyMap<number, number>): readonly RateStep[] {
  const last = Math.max(-1, ...counts.keys());
  const minutes = Array.from({ length: last + 1 }, (_, minute) => ({
    minute,
    requestsPerMinute: counts.get(minute) ?? 0,
  }));
  return minutes.filter(
    ({ minute, requestsPerMinute }) => minute === 0 || requestsPerMinute !== minutes[minute - 1]?.requestsPerMinute,
  );
}
