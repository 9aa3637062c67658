/** `plan`: for each configuration, how likely and how fast its gates catch a fault, and what that costs. Pure. */
import { withRuns } from './combine-endings.ts';
import { durationCuts } from './counting-rule.ts';
import type { Ending } from './ending.ts';
import { exactWalk, type Walk } from './exact-endings.ts';
import { ExposureOverTime } from './exposure.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { type RequestKind, requestKinds } from './request-kinds.ts';
import { mergedKinds } from './merge-kinds.ts';
import { simulateEndings } from './simulate-endings.ts';
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

/** Detection by all gates whose odds are exact, as a function of configuration: for curves and for searching. */
export function exactDetection(input: PlanInput): (configuration: Configuration) => Summary {
  const kinds = requestKinds(input.fault, input.noise, durationCuts(input.gates));
  const simple = input.gates.filter((gate) => exactWalk([gate], kinds, input) !== undefined);
  const walk = exactWalk(simple, kinds, input);
  return (configuration) => {
    const exposure = new ExposureOverTime(configuration, input);
    return summarise(walk?.endings(configuration) ?? [], exposure.fullSeconds, input.fault.fromSeconds);
  };
}

/** Everything that does not depend on the configuration, made once for the fault and once for a good release. */
class Release {
  readonly kinds: readonly RequestKind[];
  readonly input: PlanInput;
  readonly #single: ReadonlyMap<Gate, Walk | undefined>;
  readonly #together: Walk | undefined;

  constructor(input: PlanInput) {
    this.input = input;
    this.kinds = requestKinds(input.fault, input.noise, durationCuts(input.gates));
    this.#single = new Map(input.gates.map((gate) => [gate, exactWalk([gate], this.kinds, input)]));
    this.#together = exactWalk(
      input.gates.filter((gate) => this.#single.get(gate) !== undefined),
      this.kinds,
      input,
    );
  }

  one(gate: Gate, configuration: Configuration): Endings {
    const exact = this.#single.get(gate)?.endings(configuration);
    return exact ? { endings: exact, method: 'exact' } : this.#simulated([gate], [], [], configuration);
  }

  all(configuration: Configuration): Endings {
    const { gates } = this.input;
    const simple = gates.filter((gate) => this.#single.get(gate) !== undefined);
    const exact = this.#together?.endings(configuration);
    if (exact === undefined) return this.#simulated(gates, [], [], configuration);
    if (simple.length === gates.length) return { endings: exact, method: 'exact' };
    const rest = gates.filter((gate) => !simple.includes(gate));
    return this.#simulated(rest, simple, exact, configuration);
  }

  /** The exact endings, and what the other gates change about them in simulated deployments. */
  #simulated(
    rest: readonly Gate[],
    simple: readonly Gate[],
    exact: readonly Ending[],
    configuration: Configuration,
  ): Endings {
    const gates = [...simple, ...rest];
    const kinds = mergedKinds(gates, this.kinds);
    const runs = simulateEndings(gates, kinds, this.input, configuration, simple.length);
    return withRuns(exact, runs, new ExposureOverTime(configuration, this.input).fullSeconds);
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
    this.#faulty = new Release(input);
    this.#good = new Release({ ...input, fault: { ...input.fault, share: 0 } });
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
