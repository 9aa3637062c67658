/** Where and as what a template is deployed: what the pseudo parameters give. */
export interface PseudoParameters {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly stackName: string;
  /** The ARN that `AWS::StackId` gives; without it the value stays open. */
  readonly stackId?: string;
}

const URL_SUFFIX: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

/** `AWS::Region` → its value. AWS::NoValue is not among them, since it takes its property away. */
export const pseudoValues = (pseudo: PseudoParameters): ReadonlyMap<string, string | readonly string[]> =>
  new Map<string, string | readonly string[]>([
    ['AWS::Region', pseudo.region],
    ['AWS::AccountId', pseudo.accountId],
    ['AWS::Partition', pseudo.partition],
    ['AWS::StackName', pseudo.stackName],
    ...(pseudo.stackId === undefined ? [] : ([['AWS::StackId', pseudo.stackId]] as const)),
    ['AWS::URLSuffix', URL_SUFFIX[pseudo.partition] ?? 'amazonaws.com'],
    ['AWS::NotificationARNs', []],
  ]);
