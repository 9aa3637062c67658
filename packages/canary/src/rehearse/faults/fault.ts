/** A defect put into a release on purpose. */
export const FAULT_KINDS = [
  'throw',
  'latency',
  'timeout',
  'exit',
  'oom',
  'malformed',
  'lost-response-line',
  'status',
  'empty-list',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

interface OfRequests {
  /** Share of requests, above 0 and up to 1. */
  readonly share: number;
  /** From this many milliseconds after the start of the deployment. */
  readonly fromMs: number;
}

export type Fault = OfRequests &
  (
    | { readonly kind: Exclude<FaultKind, 'latency' | 'status'> }
    | { readonly kind: 'latency'; readonly ms: number }
    | { readonly kind: 'status'; readonly code: number }
  );
