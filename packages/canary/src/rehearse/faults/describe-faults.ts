import { FAULT_KINDS, type FaultKind } from './fault.ts';

export interface FaultDescription {
  readonly kind: FaultKind;
  /** As it is given to `--fault`. */
  readonly example: string;
  /** What callers meet. */
  readonly effect: string;
}

/** Every kind of fault, in the order of its table. */
export const describeFaults = (): readonly FaultDescription[] =>
  FAULT_KINDS.map((kind) => ({ kind, ...DESCRIPTIONS[kind] }));

/** What each kind does in the wrapper around the handler. */
const DESCRIPTIONS: { readonly [K in FaultKind]: Omit<FaultDescription, 'kind'> } = {
  throw: { example: 'throw:share=0.05', effect: 'the handler throws: a 502, a function error, no response line' },
  latency: { example: 'latency:ms=1500', effect: 'every answer comes so much later' },
  timeout: { example: 'timeout:share=1%', effect: 'the handler does not end before its time-out' },
  exit: { example: 'exit:share=0.01', effect: 'the process exits in the middle of a request' },
  oom: { example: 'oom:share=0.01,from=2m', effect: 'the environment is killed, as it is when memory runs out' },
  malformed: { example: 'malformed:share=0.05', effect: 'the answer is none that API Gateway understands: a 502' },
  'lost-response-line': {
    example: 'lost-response-line',
    effect: 'answers are right, and the log line that says so is not written',
  },
  status: { example: 'status:code=503,share=0.05,from=1m', effect: 'answers have this status' },
  'empty-list': { example: 'empty-list:from=1m', effect: 'answers are a 200 with an empty list' },
};
