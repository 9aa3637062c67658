/** A release with a pre-traffic hook that no rule objects to. */
import { type Changes, type Json, ref, sub } from '../judged.fixture.ts';

/** The permission to report. */
export const REPORT = {
  Statement: [
    {
      Effect: 'Allow',
      Action: 'codedeploy:PutLifecycleEventHookExecutionStatus',
      Resource: sub(
        'arn:aws:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${ServerlessDeploymentApplication}/*',
      ),
    },
  ],
};

export const HOOK: Json = {
  FunctionName: 'CodeDeployHook_pre',
  CodeUri: 'hook',
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Timeout: 60,
  Policies: [REPORT],
  DeploymentPreference: { Enabled: false },
  EventInvokeConfig: {
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Type: 'SQS', Destination: 'arn:aws:sqs:eu-west-1:123456789012:dead' } },
  },
  Environment: { Variables: { NEW_VERSION: ref('List.Version') } },
};

/** A release with a pre-traffic hook; a null takes one of its properties away. */
export function withHook(changes: Json, { resources, preference, ...more }: Changes = {}): Changes {
  const properties = Object.fromEntries(Object.entries({ ...HOOK, ...changes }).filter(([, value]) => value !== null));
  const Hook = { Type: 'AWS::Serverless::Function', Properties: properties };
  return {
    preference: { Hooks: { PreTraffic: ref('Hook') }, ...preference },
    resources: { Hook, ...resources },
    ...more,
  };
}
