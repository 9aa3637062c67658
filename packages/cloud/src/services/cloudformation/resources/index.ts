import { apigatewayTypes } from './apigateway.ts';
import { cloudwatchTypes } from './cloudwatch.ts';
import { codedeployTypes } from './codedeploy.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import { logsTypes } from './logs.ts';
import { recordedTypes } from './recorded.ts';
import type { ResourceType } from './resource-type.ts';

/** Every type that a template may use; any other is refused. docs/slice.md is written from this table. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    ...apigatewayTypes,
    ...cloudwatchTypes,
    ...codedeployTypes,
    ...iamTypes,
    ...lambdaTypes,
    ...logsTypes,
    ...recordedTypes,
  ].map((each) => [each.type, each]),
);

export type { ResourceType } from './resource-type.ts';
