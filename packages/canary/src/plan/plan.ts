/** `plan`: for each configuration, how likely and how fast its gates catch a fault, and what that costs. Pure. */
import { withRuns } from './combine-endings.ts';
import type { Ending } from './ending.ts';
import { exactWalk, type Walk } from './exact-endings.ts';
import { ExposureOverTime } from './exposure.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { type RequestKind, requestKinds } from './request-kinds.ts';
import { MinuteTable } from './minute-table.ts';
import { mergedKinds } from './merge-kinds.ts';
import { simulate, type Simulation } from './simulate-endings.ts';
import { summarise, type Summary } from './summarise-endings.ts';

/** How a number was had. `both`: exact for most gates, what the others add by simulation. */
export type Method = 'exact' | 'simulated' | 'both';

/** A 95 % interval, where chance has come in. */
export type Interval = readonly [low: number, high: number];

export interface Odds extends Summary {
  /** A gate, or undefined: all of them together. */
  readonly gate: string | undefined;
  readonly method: Method;
  readonly caughtInterval?: Interval;
  /** P(a good release is stopped). */
  readonly falseRollback: number;
  readonly falseRollbackInterval?: Interval;
}

export interface ConfigurationPlan {
  readonly configuration: Configuration;
  /** From the creation of the deployment to its good end. */
  readonly goodSeconds: number;
  readonly all: Odds;
  readonly gates: readonly Odds[];
}

export interface PlanResult {
  readonly input: PlanInput;
  readonly configurations: readonly ConfigurationPlan[];
}

export function plan(input: PlanInput): PlanResult {
  const planner = new Planner(input);
  return { input, configurations: input.configurations.map((configuration) => planner.configuration(configuration)) };
}

/** What all gates together make of a fault, in any configuration: for curves. */
export function detection(input: PlanInput): (configuration: Configuration) => Summary {
  const minutes = new MinuteTable(input);
  const release = new Release(input, minutes);
  return (configuration) =>
    summarise(
      release.all(configuration).endings,
      minutes.course(configuration).exposure.fullSeconds,
      input.fault.fromSeconds,
    );
}

/** The same by those gates alone whose odds are exact: for searching, where noise would mislead. */
export const exactDetection = (input: PlanInput): ReturnType<typeof detection> =>
  detection({ ...input, gates: exactGates(input) });

export function exactGates(input: PlanInput): readonly Gate[] {
  const kinds = requestKinds(input);
  return input.gates.filter((gate) => exactWalk([gate], kinds, input) !== undefined);
}

/** One release, faulty or good: everything about it that does not depend on the configuration is made once. */
class Release {
  readonly #kinds: readonly RequestKind[];
  readonly #input: PlanInput;
  readonly #minutes: MinuteTable;
  /** Gates whose odds alone can be had exactly. */
  readonly #single = new Map<Gate, Walk>();
  readonly #together: Walk | undefined;
  readonly #rest: readonly Gate[];
  readonly #simulations = new Map<Configuration, Simulation>();

  constructor(input: PlanInput, minutes: MinuteTable) {
    this.#input = input;
    this.#minutes = minutes;
    this.#kinds = requestKinds(input);
    for (const gate of input.gates) {
      const walk = exactWalk([gate], this.#kinds, input, minutes);
      if (walk !== undefined) this.#single.set(gate, walk);
    }
    this.#together = exactWalk([...this.#single.keys()], this.#kinds, input, minutes);
    this.#rest = input.gates.filter((gate) => !this.#single.has(gate));
  }

  one(gate: Gate, configuration: Configuration): Endings {
    const exact = this.#single.get(gate)?.endings(configuration);
    if (exact !== undefined) return { endings: exact, method: 'exact' };
    return withRuns([], this.#simulation(configuration).endings([gate]), [], this.#fullSeconds(configuration));
  }

  /** The exact endings, and what the other gates change about them in simulated deployments. */
  all(configuration: Configuration): Endings {
    const { gates } = this.#input;
    const exact = this.#together?.endings(configuration);
    if (exact !== undefined && this.#rest.length === 0) return { endings: exact, method: 'exact' };
    const simulation = this.#simulation(configuration);
    const runs = simulation.endings(gates);
    const full = this.#fullSeconds(configuration);
    if (exact === undefined || this.#single.size === 0) return withRuns([], runs, [], full);
    return withRuns(exact, runs, simulation.endings([...this.#single.keys()]), full);
  }

  #fullSeconds(configuration: Configuration): number {
    return this.#minutes.course(configuration).exposure.fullSeconds;
  }

  #simulation(configuration: Configuration): Simulation {
    let simulation = this.#simulations.get(configuration);
    if (simulation === undefined) {
      const { gates } = this.#input;
      simulation = simulate(gates, mergedKinds(gates, this.#kinds), this.#input, configuration, this.#minutes);
      this.#simulations.set(configuration, simulation);
    }
    return simulation;
  }
}

export interface Endings {
  readonly endings: readonly Ending[];
  readonly method: Method;
  readonly caughtInterval?: Interval;
  readonly stoppedInterval?: Interval;
}

class Planner {
  readonly #faulty: Release;
  readonly #good: Release;
  readonly #input: PlanInput;

  constructor(input: PlanInput) {
    this.#input = input;
    const minutes = new MinuteTable(input);
    this.#faulty = new Release(input, minutes);
    this.#good = new Release({ ...input, fault: { ...input.fault, share: 0 } }, minutes);
  }

  configuration(configuration: Configuration): ConfigurationPlan {
    const { gates, timing } = this.#input;
    const { fullSeconds, completesSeconds } = new ExposureOverTime(configuration, this.#input);
    const odds = (gate: Gate | undefined): Odds => {
      const [faulty, good] = [this.#faulty, this.#good].map((release) =>
        gate === undefined ? release.all(configuration) : release.one(gate, configuration),
      ) as [Endings, Endings];
      return {
        gate: gate?.name,
        method: faulty.method,
        ...summarise(faulty.endings, fullSeconds, this.#input.fault.fromSeconds),
        ...(faulty.caughtInterval && { caughtInterval: faulty.caughtInterval }),
        falseRollback: summarise(good.endings, fullSeconds, 0).rolledBack,
        ...(good.stoppedInterval && { falseRollbackInterval: good.stoppedInterval }),
      };
    };
    const each = gates.map((gate) => odds(gate));
    const [only] = each;
    return {
      configuration,
      goodSeconds:
        timing.createdToStartSeconds + timing.startToShiftSeconds + completesSeconds + timing.shiftToEndSeconds,
      all: each.length === 1 && only !== undefined ? { ...only, gate: undefined } : odds(undefined),
      gates: each,
    };
  }
}
