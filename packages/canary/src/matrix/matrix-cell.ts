import type { FaultKind } from '../rehearse/index.ts';
import type { Verdict } from '../rehearse/index.ts';

/** One rehearsal of the matrix, beside what was foretold of it. */
export interface MatrixCell {
  readonly kind: FaultKind;
  /** As `--fault` takes it. */
  readonly fault: string;
  /** SAM's short name. */
  readonly configuration: string;
  readonly verdict: Verdict;
  /** Probability that alarms stop it, 0–1; undefined: `plan` has no model of this fault. */
  readonly foretold: number | undefined;
  readonly agreement: Agreement;
}

/**
 * `contradicted`: what theory calls certain did not happen, or what it calls impossible did. A single rehearsal says
 * nothing about odds in between.
 */
export type Agreement = 'as foretold' | 'a matter of luck' | 'by a hook' | 'not foretold' | 'contradicted';

const CERTAIN = 0.9999;
const IMPOSSIBLE = 0.0001;

/** Hooks are not in the odds: what one of them stopped, no alarm had to. */
export function agreementOf(
  { outcome, gate }: Pick<Verdict, 'outcome' | 'gate'>,
  foretold: number | undefined,
): Agreement {
  const isStopped = outcome === 'rolled-back';
  if (isStopped && gate?.type === 'hook') return 'by a hook';
  if (foretold === undefined) return 'not foretold';
  if (foretold >= CERTAIN) return isStopped ? 'as foretold' : 'contradicted';
  if (foretold <= IMPOSSIBLE) return isStopped ? 'contradicted' : 'as foretold';
  return 'a matter of luck';
}
