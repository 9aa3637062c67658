/** What the hooks ask of AWS, as plain functions, so that the checks can be read and tested without a client. */
export interface Cloud {
  /** Invokes a function synchronously and asks for the tail of its log. A function that fails is an answer, not an error. */
  invoke(request: InvokeRequest): Promise<Invoked>;
  /** The patterns of the metric filters of a log group, all pages of them. */
  metricFilters(logGroup: string): Promise<readonly DeployedFilter[]>;
  /** Which of the messages the pattern matches, by their position from 0. */
  matches(pattern: string, messages: readonly string[]): Promise<readonly number[]>;
  /** Reports to CodeDeploy. Resolves also when CodeDeploy has already completed the event. */
  report(event: LifecycleEvent, status: 'Succeeded' | 'Failed'): Promise<void>;
}

export interface InvokeRequest {
  /** A name or an ARN, a version's ARN included. */
  readonly functionName: string;
  readonly qualifier?: string;
  readonly payload: string;
}

export interface Invoked {
  readonly payload: string;
  /** `Unhandled` and the like, when the function threw, timed out or crashed. */
  readonly functionError?: string;
  readonly executedVersion?: string;
  /** The last 4 KB of the invocation's log. */
  readonly logTail: string;
  /** Of the attempt that was answered, from request to answer. */
  readonly latencyMs: number;
}

export interface DeployedFilter {
  readonly name: string;
  readonly pattern: string;
}

/** What CodeDeploy sends to a hook. Source: codedeploy reference 3.3.1 (O). */
export interface LifecycleEvent {
  readonly deploymentId: string;
  readonly executionId: string;
}
