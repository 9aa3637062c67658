import { Buffer } from 'node:buffer';
import { CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT, persistently, type Patience } from './persistently.ts';
import type { LoadCloud } from './synthetic-load.ts';

const codedeploy = new CodeDeployClient(CLIENT);
const lambda = new LambdaClient(CLIENT);

/** The real cloud, by the SDK. A request is sent once: one that Lambda throttles is lost, as a caller's would be. */
export function awsLoad(patience: Patience): LoadCloud {
  return {
    async deploymentsUnderWay({ applicationName, deploymentGroupName }) {
      const command = new ListDeploymentsCommand({
        applicationName,
        deploymentGroupName,
        includeOnlyStatuses: ['Created', 'Queued', 'InProgress'],
      });
      const { deployments = [] } = await persistently(() => codedeploy.send(command), patience);
      return deployments;
    },

    async send({ functionName, aliasName }, payload) {
      const { Payload, FunctionError, ExecutedVersion } = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Qualifier: aliasName, Payload: Buffer.from(payload) }),
      );
      return {
        payload: Buffer.from(Payload ?? []).toString('utf8'),
        ...(FunctionError !== undefined && { functionError: FunctionError }),
        ...(ExecutedVersion !== undefined && { executedVersion: ExecutedVersion }),
      };
    },
  };
}
