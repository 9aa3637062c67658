import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import type { Cloud } from './cloud.ts';
import { CLIENT, persistently, type Patience } from './persistently.ts';

const codedeploy = new CodeDeployClient(CLIENT);

/** CodeDeploy's side of the cloud, by the SDK. An event that is already completed needs no report, so that is no error. */
export function reporter(patience: Patience): Pick<Cloud, 'report'> {
  return {
    async report({ deploymentId, executionId }, status) {
      const command = new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId,
        lifecycleEventHookExecutionId: executionId,
        status,
      });
      try {
        await persistently(() => codedeploy.send(command, { abortSignal: patience.signal }), patience);
      } catch (error) {
        const isDone = error instanceof Error && error.name === 'LifecycleEventAlreadyCompletedException';
        if (!isDone) throw error;
      }
    },
  };
}
