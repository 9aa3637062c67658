import { AwsError } from '../../aws-error.ts';
import { arn, type World } from '../../world-state.ts';
import type { FunctionRecord } from './state.ts';
import { constraintViolated } from './validation.ts';

/** A function as a caller names it: the qualifier may be part of the name. */
export interface FunctionReference {
  readonly functionName: string;
  /** A version number, an alias or `$LATEST`; undefined when the call is unqualified. */
  readonly qualifier: string | undefined;
}

const NAME_PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const NAME =
  /^(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov|-isob?)?-[a-z]+-\d:)?(\d{12}:)?(function:)?(?<name>[a-zA-Z0-9-_]+)(:(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * Reads FunctionName (a name, a partial or a full ARN, each with or without a qualifier) together with the
 * Qualifier parameter. Source: botocore lambda model (D).
 */
export function parseFunctionName(text: string | undefined, qualifier?: string): FunctionReference {
  const groups = NAME.exec(text ?? '')?.groups;
  const functionName = groups?.['name'];
  if (functionName === undefined || (text ?? '').length > 170)
    throw constraintViolated(
      text ?? 'null',
      'functionName',
      `Member must satisfy regular expression pattern: ${NAME_PATTERN}`,
    );
  const inName = groups?.['qualifier'];
  if (inName !== undefined && qualifier !== undefined && inName !== qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
      400,
      { Type: 'User' },
    );
  return { functionName, qualifier: qualifier ?? inName };
}

export const functionArn = (world: World, functionName: string, qualifier?: string): string =>
  arn(world, 'lambda', `function:${functionName}${qualifier === undefined ? '' : `:${qualifier}`}`);

/** The function, or AWS's 404. */
export function existingFunction(world: World, functionName: string, qualifier?: string): FunctionRecord {
  const fn = world.lambda.functions.get(functionName);
  if (fn === undefined) throw functionNotFound(world, functionName, qualifier);
  return fn;
}

/** Source: LS lambda_/test_lambda_api.snapshot.json (S). */
export const functionNotFound = (world: World, functionName: string, qualifier?: string): AwsError =>
  notFound(`Function not found: ${functionArn(world, functionName, qualifier)}`);

export const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404, { Type: 'User' });

export const conflict = (message: string): AwsError =>
  new AwsError('ResourceConflictException', message, 409, { Type: 'User' });

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' });

/** The function's ARN for identity policies; whatever the caller wrote is taken apart first. */
export const policyResource = (world: World, name: string | undefined, qualifier?: string): string => {
  const reference = parseFunctionName(name, qualifier);
  return functionArn(world, reference.functionName, reference.qualifier);
};
