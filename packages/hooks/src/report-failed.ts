/**
 * The asynchronous OnFailure destination of both hooks: a hook that dies (a crash at init, out of memory, its time-out)
 * reports nothing, and the deployment would wait for an hour. Lambda sends the record of the failed invocation here.
 */
import { beforeTimeout, type Remaining } from './before-timeout.ts';
import { realClock, type Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { member, readLifecycleEvent } from './lifecycle-event.ts';
import type { Patience } from './persistently.ts';
import { reporter } from './report-to-codedeploy.ts';
import { writeLog } from './write-log.ts';

export interface ReportParts {
  readonly connect: (patience: Patience) => Pick<Cloud, 'report'>;
  readonly clock: Clock;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** Reports Failed for `requestPayload`, the event that the hook was given. Rejects when the report cannot be delivered. */
export const reportFailed =
  ({ connect, clock, log }: ReportParts) =>
  async (record: unknown, context: Remaining): Promise<void> => {
    const event = readLifecycleEvent(member(record, 'requestPayload'));
    const request = member(record, 'requestContext');
    const payload = member(record, 'responsePayload');
    log({
      log: 'verdict',
      status: 'Failed',
      deploymentId: event.deploymentId,
      hook: member(request, 'functionArn'),
      condition: member(request, 'condition'),
      errorType: member(payload, 'errorType'),
      errorMessage: member(payload, 'errorMessage'),
    });
    await beforeTimeout({ context, clock, reserveMs: 500 }, (signal) =>
      connect({ clock, signal, onPause: (pause) => log({ log: 'pause', ...pause }) }).report(event, 'Failed'),
    );
  };

export const handler = reportFailed({ connect: reporter, clock: realClock, log: writeLog });
