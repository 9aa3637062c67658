/**
 * How long CloudFormation takes for its own work, in virtual milliseconds: sizes of the order of captures T2
 * and T3, one run each. They shift everything by seconds and decide nothing (assumption `resource-pace`).
 */
export const FIRST_RESOURCE_MS = 2_000;
/** From CreateChangeSet until the change set can be executed. */
export const CHANGE_SET_MS = 2_000;
export const BETWEEN_STEPS_MS = 500;
export const CLEANUP_MS = 1_000;

/** CloudFormation learns late that a deployment has ended: 18 s in T3 (assumption `cfn-notices-late`). */
export const DEPLOYMENT_POLL_MS = 20_000;

const SETTLE_MS: ReadonlyMap<string, number> = new Map([
  ['AWS::IAM::Role', 15_000],
  ['AWS::Lambda::Function', 6_000],
  ['AWS::Lambda::Version', 2_000],
  ['AWS::Lambda::Alias', 1_000],
  ['AWS::Lambda::Permission', 1_000],
  ['AWS::Logs::LogGroup', 2_000],
  ['AWS::CloudWatch::Alarm', 1_000],
  ['AWS::ApiGateway::Deployment', 1_000],
]);

/** From a resource's last API call until CloudFormation takes it for stable. */
export const settleMs = (type: string): number => SETTLE_MS.get(type) ?? 1_500;
