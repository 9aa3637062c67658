/** What a rehearsal is made of: releases that are deployed one after another into one cloud, under traffic. */
import type { Artifact, Instant, RateStep } from '@unicorns/cloud';
import type { ActByHand } from './by-hand/act-by-hand.ts';
import type { WantedCallers } from './callers/callers.ts';
import type { Fault } from './faults/fault.ts';

/** How the deployment of a release ends, in the words of scenario files and of `--expect`. */
export const EXPECTATIONS = ['created', 'promoted', 'rolled-back', 'no-changes', 'failed'] as const;
/** `failed`: the stack came to rest in a state that is neither the new release nor the old one. */
export type Expectation = (typeof EXPECTATIONS)[number];
export type ReleaseOutcome = Expectation;

/** How many requests arrive, and how. */
export interface TrafficPlan {
  readonly profile: readonly RateStep[];
  /** A Poisson process of the same rate instead of even spacing. */
  readonly isPoisson: boolean;
}

/** One build of the code plus a template. */
export interface Release {
  readonly name: string;
  readonly note?: string;
  readonly expect: Expectation;
  /** Code that does not differ from what is live is as good as a promotion. */
  readonly mayBeUnchanged?: boolean;
  /** Part of the name of the gate that has to stop it: `pre-traffic`, `error-responses`. */
  readonly caughtBy?: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** The package behind a local path of the template, for a deployment that starts at this instant. */
  readonly packageCode: (path: string, startsAt: Instant) => Artifact;
  /** From this release on; undefined leaves it as it is. */
  readonly traffic?: TrafficPlan;
  readonly waitBeforeMs: number;
  readonly waitAfterMs: number;
  /** What a person does meanwhile, in order of time. */
  readonly byHand?: readonly ActByHand[];
  /** What was put into its code, counted from the start of its deployment. */
  readonly faults?: readonly Fault[];
  /** What a reader has to know about how the release was made. */
  readonly warnings: readonly string[];
}

export interface Template {
  /** For messages: `infra/template.yaml`. */
  readonly fileName: string;
  readonly text: string;
}

export interface Rehearsal {
  /** One word for files and tables. */
  readonly name: string;
  readonly title: string;
  readonly stackName: string;
  readonly seed: number;
  /** Invocations that the account lets run at a time; default: AWS's. */
  readonly accountConcurrency?: number;
  readonly traffic: TrafficPlan;
  /** Undefined: a GET route of each released function; the functions themselves when the stack has no API. */
  readonly callers?: WantedCallers;
  /** A caller who waits for longer than this counts as hit. */
  readonly slaMs: number;
  readonly releases: readonly Release[];
}
