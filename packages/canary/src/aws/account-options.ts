import { type Command, InvalidArgumentError } from 'commander';

/** Which account and region, or which endpoint: named as the AWS CLI names them. */
export interface AccountOptions {
  /** Instead of AWS's own; default: AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** Gives a command the three options. What is left out follows from the environment, as for the AWS CLI. */
export const withAccountOptions = (command: Command): Command =>
  command
    .option('--endpoint <url>', 'where the cloud is, such as a running `canary serve`; default: AWS_ENDPOINT_URL', url)
    .option('--profile <name>', 'a profile of the AWS configuration; default: AWS_PROFILE')
    .option('--region <name>', 'default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile');

function url(text: string): string {
  const parsed = URL.parse(text);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return text;
  throw new InvalidArgumentError('It is a URL that begins with http:// or https://.');
}
