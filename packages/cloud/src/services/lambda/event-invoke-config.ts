import type { FunctionEventInvokeConfig, PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import type { World } from '../../world-state.ts';
import { functionArn } from './function-name.ts';
import type { AsyncEvent, EventInvokeConfig, EventInvokeConfigPut } from './state.ts';
import { checkPattern, checkRange } from './validation.ts';

/** Without a configuration: two retries, six hours. Source: invocation-async error handling guide (D). */
export const DEFAULT_RETRY_ATTEMPTS = 2;
export const DEFAULT_EVENT_AGE_SECONDS = 21_600;

type Limits = Omit<EventInvokeConfig, 'lastModifiedAt'>;

/** The configuration of the qualifier that was called, or Lambda's defaults. */
export function configOf(world: World, event: Pick<AsyncEvent, 'functionName' | 'qualifier'>): Limits {
  const configs = world.lambda.functions.get(event.functionName)?.eventInvokeConfigs;
  return (
    configs?.get(event.qualifier ?? '$LATEST') ?? {
      maximumRetryAttempts: DEFAULT_RETRY_ATTEMPTS,
      maximumEventAgeSeconds: DEFAULT_EVENT_AGE_SECONDS,
    }
  );
}

const DESTINATION = '$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';

/** A whole configuration; what is left out falls back to the default. Source: botocore lambda model (D). */
export function eventInvokeConfigPut(
  functionName: string,
  qualifier: string,
  input: Omit<PutFunctionEventInvokeConfigRequest, 'FunctionName' | 'Qualifier'>,
): EventInvokeConfigPut {
  checkRange(input.MaximumRetryAttempts, 'maximumRetryAttempts', 0, 2);
  checkRange(input.MaximumEventAgeInSeconds, 'maximumEventAgeInSeconds', 60, 21_600);
  const onSuccess = input.DestinationConfig?.OnSuccess?.Destination;
  const onFailure = input.DestinationConfig?.OnFailure?.Destination;
  checkPattern(onSuccess, 'destinationConfig.onSuccess.destination', DESTINATION, 350);
  checkPattern(onFailure, 'destinationConfig.onFailure.destination', DESTINATION, 350);
  return {
    type: 'lambda.EventInvokeConfigPut',
    functionName,
    qualifier,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeSeconds: input.MaximumEventAgeInSeconds ?? DEFAULT_EVENT_AGE_SECONDS,
    ...(onSuccess ? { onSuccess } : {}),
    ...(onFailure ? { onFailure } : {}),
  };
}

export function shownEventInvokeConfig(
  world: World,
  functionName: string,
  qualifier: string,
  config: EventInvokeConfig,
): FunctionEventInvokeConfig {
  return {
    LastModified: new Date(config.lastModifiedAt),
    FunctionArn: functionArn(world, functionName, qualifier),
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAgeSeconds,
    DestinationConfig: {
      OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
      OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
    },
  };
}
