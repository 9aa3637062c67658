export interface IamState {
  readonly roles: Map<string, unknown>;
}

export type IamFact = never;
