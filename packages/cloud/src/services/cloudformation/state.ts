export interface CloudFormationState {
  readonly stacks: Map<string, unknown>;
}

export type CloudFormationFact = never;
export type CloudFormationWake = never;
export type CloudFormationReplyTo = never;
