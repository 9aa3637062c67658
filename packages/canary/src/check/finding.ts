/** What `check` says, and what a rule is. A rule looks at one branch of a template; a finding is what a person reads. */
import type { TemplatePath } from '@unicorns/cloud/inspect';
import type { Branch } from './template/read-branch.ts';

/**
 * `error`: proved from the template or a bundle. `warning`: it depends on code, traffic or something outside the
 * template, and is probably wrong. `note`: worth knowing.
 */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What one rule found in one branch of a template. */
export interface Observation {
  /** The resource it is about: its id in the document, or the id of a generated one. */
  readonly resourceId: string;
  /** Where in the document: under `Resources.<id>` unless `document` is given. */
  readonly at?: TemplatePath;
  readonly document?: TemplatePath;
  /** What is wrong here, one or two sentences. */
  readonly message: string;
  /** Lower than the rule's own where less can be proved. */
  readonly severity?: Severity;
}

export interface Rule {
  /** Stable: scripts and Metadata name it. */
  readonly id: string;
  /** The highest severity it gives. */
  readonly severity: Severity;
  /** What it finds, as a heading. */
  readonly title: string;
  /** What happens on AWS. */
  readonly onAws: string;
  readonly cure: string;
  /** Pitfall (`P7`) or section of the notes on AWS's behaviour (`cloudwatch 4.1`). */
  readonly source: string;
  readonly judge: (branch: Branch) => Iterable<Observation>;
}

export interface Finding extends Omit<Rule, 'judge' | 'severity' | 'id' | 'title'> {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  /** From 1; absent when the template says nothing at all about it. */
  readonly line?: number;
  readonly resourceId: string;
  readonly message: string;
  /** `when IsProd holds`: the finding does not hold in every branch. */
  readonly when?: string;
}
