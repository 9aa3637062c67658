import { AwsError } from '../../../aws-error.ts';

/** Why a filter pattern is refused. `aws` is AWS's text where it is not the general one. */
export class PatternError extends Error {
  readonly aws: string;

  constructor(reason: string, aws = 'Invalid metric filter pattern') {
    super(reason);
    this.name = 'PatternError';
    this.aws = aws;
  }
}

/** Source: aws/aws-cdk#16278 and dougmoscrop/serverless-plugin-log-subscription#47 show both texts (C). */
export function asAwsError(error: unknown): unknown {
  if (!(error instanceof PatternError)) return error;
  return Object.assign(new AwsError('InvalidParameterException', error.aws), { cause: error });
}
