export interface CodeDeployState {
  readonly deployments: Map<string, unknown>;
}

export type CodeDeployFact = never;
export type CodeDeployWake = never;
export type CodeDeployReplyTo = never;
