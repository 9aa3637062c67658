/** Exact odds held against simulated deployments: every cell of a grid inside its simultaneous interval. */
import { exactWalk } from './exact-endings.ts';
import { MinuteTable } from './minute-table.ts';
import type { PlanInput } from './plan-input.ts';
import { requestKinds } from './request-kinds.ts';
import { simulate } from './simulate-endings.ts';
import { normalQuantile } from './tail-probabilities.ts';

export interface Cell {
  readonly name: string;
  /** With one configuration; all its gates watch together. */
  readonly input: PlanInput;
}

export interface Proved {
  readonly name: string;
  readonly quantity: 'stopped' | 'hits';
  readonly exact: number;
  readonly simulated: number;
  /** How far apart they may be. */
  readonly allowed: number;
  readonly holds: boolean;
}

/**
 * The probability of a stop and the mean of the requests hit, of each cell. `confidence` is that of all intervals
 * together (Bonferroni); `runs` simulated deployments a cell, drawn from `seed` and the cell's place.
 */
export function proveGrid(cells: readonly Cell[], runs: number, seed: number, confidence = 0.999): readonly Proved[] {
  const z = normalQuantile(1 - (1 - confidence) / (2 * 2 * cells.length));
  return cells.flatMap(({ name, input }, i) => proveCell(name, { ...input, runs, seed: seed + 7_919 * i }, z));
}

function proveCell(name: string, input: PlanInput, z: number): readonly Proved[] {
  const [configuration] = input.configurations;
  const kinds = requestKinds(input);
  const exact = configuration && exactWalk(input.gates, kinds, input)?.endings(configuration);
  if (configuration === undefined || exact === undefined) throw new Error(`${name} has no exact odds`);
  const simulated = simulate(input.gates, kinds, input, configuration, new MinuteTable(input)).endings(input.gates);
  const n = simulated.length;
  const moments = (which: 0 | 1 | 2): number => exact.reduce((sum, ending) => sum + ending.moments[which], 0);
  const stopped = exact.reduce((sum, { stopSeconds, moments: [p] }) => (stopSeconds === undefined ? sum : sum + p), 0);
  const seen = simulated.filter(({ stopSeconds }) => stopSeconds !== undefined).length / n;
  const hits = simulated.reduce((sum, run) => sum + run.hits, 0) / n;
  return [
    held(name, 'stopped', stopped, seen, z, Math.sqrt(Math.max(0, stopped * (1 - stopped)) / n), n),
    held(name, 'hits', moments(1), hits, z, Math.sqrt(Math.max(0, moments(2) - moments(1) ** 2) / n), n),
  ];
}

/** Two events more or less are allowed where the normal law says nothing about so few. */
function held(
  name: string,
  quantity: Proved['quantity'],
  exact: number,
  simulated: number,
  z: number,
  deviation: number,
  n: number,
): Proved {
  const unit = quantity === 'stopped' ? 1 : Math.max(1, exact * 10);
  const allowed = z * deviation + (((z * z) / 6) * unit) / n + 1e-9;
  return { name, quantity, exact, simulated, allowed, holds: Math.abs(exact - simulated) <= allowed };
}
