/** One Lambda function of the repository: its folder under `dist`, which is its CodeUri, and the file that exports `handler`. */
export interface FunctionSource {
  readonly name: string;
  /** From the root of the repository, with forward slashes. */
  readonly entry: string;
}

/** Every function that the template deploys. A new route is a new line here. */
export const functions: readonly FunctionSource[] = [
  { name: 'list', entry: 'packages/list/src/list-unicorns.ts' },
  { name: 'pre-traffic', entry: 'packages/hooks/src/pre-traffic.ts' },
  { name: 'post-traffic', entry: 'packages/hooks/src/post-traffic.ts' },
  { name: 'report-failed', entry: 'packages/hooks/src/report-failed.ts' },
  { name: 'synthetic-load', entry: 'packages/hooks/src/synthetic-load.ts' },
];
