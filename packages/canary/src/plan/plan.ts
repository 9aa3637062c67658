/** `plan`: for each configuration, how likely and how fast its gates catch a fault, and what that costs. Pure. */
import { withRuns } from './combine-endings.ts';
import { countingRule } from './counting-rule.ts';
import type { Ending } from './ending.ts';
import { exactWalk, type Walk } from './exact-endings.ts';
import { ExposureOverTime } from './exposure.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { type RequestKind, requestKinds } from './request-kinds.ts';
import { MinuteTable } from './minute-table.ts';
import { mergedKinds } from './merge-kinds.ts';
import { simulate, simulatedGates, type Simulation } from './simulate-endings.ts';
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

export interface Detected extends Summary {
  readonly caughtInterval?: Interval;
}

/** What all gates together make of a fault, in any configuration: for curves, and for searching. */
export function detection(input: PlanInput): (configuration: Configuration) => Detected {
  const minutes = new MinuteTable(input);
  const release = new Release(input, minutes);
  return (configuration) => {
    const { endings, caughtInterval } = release.all(configuration);
    const { fullSeconds } = minutes.course(configuration).exposure;
    return { ...summarise(endings, fullSeconds, input.fault.fromSeconds), ...(caughtInterval && { caughtInterval }) };
  };
}

/** One release, faulty or good: everything about it that does not depend on the configuration is made once. */
class Release {
  readonly #kinds: readonly RequestKind[];
  readonly #input: PlanInput;
  readonly #minutes: MinuteTable;
  /** By the places of the gates. */
  readonly #walks = new Map<string, Walk | undefined>();
  readonly #endings = new Map<string, readonly Ending[] | undefined>();
  #merged: readonly RequestKind[] | undefined;
  #simulated: ReturnType<typeof simulatedGates> | undefined;
  readonly #simulations = new Map<Configuration, Simulation>();

  constructor(input: PlanInput, minutes: MinuteTable) {
    this.#input = input;
    this.#minutes = minutes;
    this.#kinds = requestKinds(input);
  }

  #isExact(gate: Gate, configuration: Configuration): boolean {
    return this.#exact([gate], configuration) !== undefined;
  }

  one(gate: Gate, configuration: Configuration): Endings {
    const exact = this.#exact([gate], configuration);
    if (exact !== undefined) return { endings: exact, method: 'exact' };
    return withRuns([], this.#simulation(configuration).endings([gate]), [], this.#fullSeconds(configuration));
  }

  /** The exact endings, and what the other gates change about them in simulated deployments. */
  all(configuration: Configuration): Endings {
    const { gates } = this.#input;
    const some = this.#together(configuration);
    const exact = this.#exact(some, configuration);
    if (exact !== undefined && some.length === gates.length) return { endings: exact, method: 'exact' };
    // What cannot be exact alone may follow one that is.
    const led = some.length === gates.length - 1 ? this.#exact(gates, configuration) : undefined;
    if (led !== undefined) return { endings: led, method: 'exact' };
    const simulation = this.#simulation(configuration);
    const runs = simulation.endings(gates);
    const full = this.#fullSeconds(configuration);
    if (exact === undefined || some.length === 0) return withRuns([], runs, [], full);
    return withRuns(exact, runs, simulation.endings(some), full);
  }

  /** Gates that can be treated exactly, together: all that can alone, or those of them that only count. */
  #together(configuration: Configuration): readonly Gate[] {
    const alone = this.#input.gates.filter((gate) => this.#isExact(gate, configuration));
    if (this.#exact(alone, configuration) !== undefined) return alone;
    const counting = alone.filter((gate) => countingRule(gate, this.#kinds) !== undefined);
    return this.#exact(counting, configuration) === undefined ? [] : counting;
  }

  #exact(gates: readonly Gate[], configuration: Configuration): readonly Ending[] | undefined {
    const places = gates.map((gate) => this.#input.gates.indexOf(gate)).join();
    const key = `${places} ${this.#input.configurations.indexOf(configuration)} ${configuration.name}`;
    if (this.#endings.has(key)) return this.#endings.get(key);
    if (!this.#walks.has(places)) this.#walks.set(places, exactWalk(gates, this.#kinds, this.#input, this.#minutes));
    const endings = this.#walks.get(places)?.endings(configuration);
    this.#endings.set(key, endings);
    return endings;
  }

  #fullSeconds(configuration: Configuration): number {
    return this.#minutes.course(configuration).exposure.fullSeconds;
  }

  #simulation(configuration: Configuration): Simulation {
    let simulation = this.#simulations.get(configuration);
    if (simulation === undefined) {
      const { gates } = this.#input;
      const exact = this.#together(configuration);
      const asked = gates.filter((gate) => !exact.includes(gate));
      const kinds = (this.#merged ??= mergedKinds(gates, this.#kinds));
      const simulated = (this.#simulated ??= simulatedGates(gates, kinds));
      simulation = simulate(gates, kinds, this.#input, configuration, this.#minutes, asked, simulated);
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
