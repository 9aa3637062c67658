import { apigatewayTypes } from './apigateway.ts';
import { cloudwatchTypes } from './cloudwatch.ts';
import { codedeployTypes } from './codedeploy.ts';
import { eventsTypes } from './events.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import { logsTypes } from './logs.ts';
import { recordedTypes } from './recorded.ts';
import type { ResourceType } from './resource-type.ts';
import { s3Types } from './s3.ts';
import { snsTypes } from './sns.ts';

/** Every type that a template may use; any other is refused. docs/slice.md is written from this table. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    ...apigatewayTypes,
    ...cloudwatchTypes,
    ...codedeployTypes,
    ...eventsTypes,
    ...iamTypes,
    ...lambdaTypes,
    ...logsTypes,
    ...recordedTypes,
    ...s3Types,
    ...snsTypes,
  ].map((each) => [each.type, each]),
);

export { PROPERTIES, type Properties } from './properties.ts';
export { alarmInput } from './cloudwatch.ts';
export type { ResourceType } from './resource-type.ts';
