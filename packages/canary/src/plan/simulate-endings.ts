/**
 * How simulated deployments end: counts are drawn minute by minute, and the embedded cloud's own alarm code says what
 * follows. For alarms that cannot be treated exactly: most windows of several minutes, trimmed means, long memories.
 */
import { drawColumns, type Grid, type KindColumns, placeMinutes } from './kind-columns.ts';
import type { Course, MinuteTable } from './minute-table.ts';
import type { Configuration, Gate, PlanInput } from './plan-input.ts';
import { type DrawnPosition, drawnSeconds, minuteEnd, shiftSeconds, stopAt } from './positions.ts';
import type { RequestKind } from './request-kinds.ts';
import { ALARM, CHUNK, NO_DATA_YET, periodMinutes, SimulatedGate, type StateIndex } from './simulated-gate.ts';
import { anyRuns, type DrawnRun, type Question, stratifiedRuns } from './strata.ts';

/** The end of one simulated deployment. */
export interface Run {
  /** Of all deployments, the share that it stands for. */
  readonly weight: number;
  /** One of those in which something can happen. */
  readonly mayTurn: boolean;
  readonly stopSeconds: number | undefined;
  readonly gate: string | undefined;
  readonly hits: number;
}

export interface Simulation {
  /** How each deployment ends when only these gates watch it. */
  readonly endings: (gates: readonly Gate[]) => readonly Run[];
}

/**
 * The same deployments for all questions: what one gate adds to others is a difference between equal draws. `asked`:
 * the gates that are simulated for their own sake; the others are only looked at where one of those stops a deployment.
 * Without it all gates are, in deployments of which each is as likely as the others.
 */
export function simulate(
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
  input: PlanInput,
  configuration: Configuration,
  table: MinuteTable,
  asked?: readonly Gate[],
  simulated = simulatedGates(gates, kinds),
): Simulation {
  const course = table.course(configuration);
  const places = shiftSeconds(input);
  const own = (asked ?? gates).flatMap((gate) => simulated.get(gate) ?? []);
  const question: Question = {
    mayTurn: (hasAny) => own.some((gate) => gate.mayTurn(hasAny)),
    matters: (kind) => own.some((gate) => gate.sees(kind)),
  };
  const grid = gridOf(gates, input, course, places);
  const minutes = places.map((shiftSecond) => placeMinutes(grid, kinds, table, course, shiftSecond));
  const means = minutes.map(({ expected }) => expected.map((sums) => sums.at(-1) ?? 0));
  // At least one whole round of positions.
  const count = Math.max(places.length, Math.round(input.runs / places.length) * places.length);
  const drawn =
    asked === undefined || input.traffic.arrivals === 'even'
      ? anyRuns(count, places.length)
      : stratifiedRuns(count, means, question, input.seed);
  const columns = drawColumns(grid, kinds, minutes, drawn, input.seed);
  const positions = drawn.map(({ place }, run): DrawnPosition => ({
    shiftSecond: places[place] ?? 0,
    gates: drawnSeconds(input, gates, run),
  }));
  const setting: Setting = { columns, drawn, positions, input, course };
  const runs = drawn.flatMap((run, i) => (run.mayTurn ? [i] : []));
  const stopsOfGate = (gate: Gate, among: readonly number[]): Stops => {
    const watching = simulated.get(gate);
    return watching === undefined ? [] : stopsOf(watching, gates.indexOf(gate), setting, among);
  };
  const stops = new Map((asked ?? gates).map((gate) => [gate, stopsOfGate(gate, runs)]));
  const touched = runs.filter((run) => [...stops.values()].some((all) => all[run] !== undefined));
  const ending = endingOf(kinds, setting);
  return {
    endings: (watching) => {
      for (const gate of watching) if (!stops.has(gate)) stops.set(gate, stopsOfGate(gate, touched));
      return drawn.map((_, run) => {
        let first: { readonly gate: Gate; readonly stop: Stop } | undefined;
        for (const gate of watching) {
          const stop = stops.get(gate)?.[run];
          if (stop !== undefined && (first === undefined || isEarlier(stop, first.stop))) first = { gate, stop };
        }
        return ending(run, first);
      });
    },
  };
}

/** For simulations of several configurations: what they have found out about the alarms is the same. */
export const simulatedGates = (
  gates: readonly Gate[],
  kinds: readonly RequestKind[],
): ReadonlyMap<Gate, SimulatedGate> => new Map(gates.map((gate) => [gate, new SimulatedGate(gate, kinds)]));

function gridOf(gates: readonly Gate[], input: PlanInput, course: Course, places: readonly number[]): Grid {
  const seesOld = gates.some(({ sources }) => sources.some(({ sees }) => sees === 'both' || sees === 'old'));
  const memory = seesOld ? Math.max(...gates.map((gate) => gate.rangePeriods * periodMinutes(gate))) : 0;
  const firstMinute = -4 - Math.ceil(input.timing.startToShiftSeconds / 60) - memory;
  const endSeconds = course.exposure.completesSeconds + input.timing.shiftToEndSeconds;
  const latest = Math.max(...places);
  return { minutes: Math.ceil((endSeconds + latest) / 60) - firstMinute + 1, firstMinute };
}

interface Stop {
  readonly at: number;
  /** When its alarm turned. */
  readonly turnedAt: number;
}

const isEarlier = (a: Stop, b: Stop): boolean => a.at < b.at || (a.at === b.at && a.turnedAt < b.turnedAt);

interface Setting {
  readonly columns: KindColumns;
  readonly drawn: readonly DrawnRun[];
  /** By run. */
  readonly positions: readonly DrawnPosition[];
  readonly input: PlanInput;
  readonly course: Course;
}

const WARM_UP = 4;

const NOWHERE: DrawnPosition = { shiftSecond: 0, gates: [] };
const positionOf = (run: number, { positions }: Setting): DrawnPosition => positions[run] ?? NOWHERE;

type Stops = readonly (Stop | undefined)[];

/** By run: when this gate alone would stop the deployment. All runs go on together, a few minutes at a time. */
function stopsOf(gate: SimulatedGate, g: number, setting: Setting, among: readonly number[]): Stops {
  const { columns, drawn } = setting;
  const { minutes } = columns.grid;
  const placeOf = (run: number): DrawnPosition => positionOf(run, setting);
  const running = new Set(among.filter((run) => gate.mayTurn((kind) => drawn[run]?.has[kind] ?? true)));
  const next = gate.over(columns, (run) => placeOf(run).gates[g]?.late ?? 0, running);
  const stops: (Stop | undefined)[] = drawn.map(() => undefined);
  const watches = new Map(Array.from(running, (run) => [run, watchOf(gate, placeOf(run), g, setting)]));
  for (let from = 0; from < minutes && running.size > 0; from += CHUNK)
    for (const run of running) {
      const watch = watches.get(run);
      const end =
        watch && goOn(watch, from, Math.min(from + CHUNK, minutes), (at, state) => next(run, at, state), setting.input);
      if (end === undefined) continue;
      if (end !== 'over') stops[run] = end;
      running.delete(run);
    }
  return stops;
}

/** One alarm in one deployment, between two looks. */
interface Watch {
  readonly seesOld: boolean;
  readonly firstLook: number;
  readonly startsAt: number;
  readonly endSeconds: number;
  /** When the alarm turns at the minute `at` of the grid: `turnsFrom + 60 × at`. */
  readonly turnsFrom: number;
  state: StateIndex;
  hasBegun: boolean;
}

function watchOf(
  { seesOld }: SimulatedGate,
  position: DrawnPosition,
  g: number,
  { columns, input, course }: Setting,
): Watch {
  const { firstMinute } = columns.grid;
  const { late = 0, second = 0 } = position.gates[g] ?? {};
  const startsAt = -input.timing.startToShiftSeconds;
  return {
    seesOld,
    // The state at the start follows from the range at the last look before it; a few looks settle what is kept.
    firstLook: Math.max(0, Math.floor((startsAt + position.shiftSecond) / 60) - firstMinute - late - WARM_UP),
    startsAt,
    endSeconds: course.exposure.completesSeconds + input.timing.shiftToEndSeconds,
    turnsFrom: minuteEnd(position, firstMinute) + 60 * late + second,
    state: NO_DATA_YET,
    hasBegun: false,
  };
}

function goOn(
  watch: Watch,
  from: number,
  until: number,
  next: (at: number, before: StateIndex) => StateIndex,
  { timing }: PlanInput,
): Stop | 'over' | undefined {
  const { startsAt, seesOld, endSeconds, turnsFrom } = watch;
  for (let at = Math.max(from, watch.firstLook); at < until; at++) {
    const turnedAt = turnsFrom + 60 * at;
    const isBefore = turnedAt <= startsAt;
    // An alarm of the new version's own is made with it, and has not been evaluated before the start.
    if (isBefore && !seesOld) continue;
    if (!isBefore && !watch.hasBegun) {
      watch.hasBegun = true;
      if (watch.state === ALARM) return { at: startsAt, turnedAt: startsAt };
    }
    const stop = stopAt(turnedAt, timing);
    if (stop > endSeconds + 1e-9) return 'over';
    watch.state = next(at, watch.state);
    if (!isBefore && watch.state === ALARM) return { at: stop, turnedAt };
  }
  return undefined;
}

/** Hits until the alias is back: counted by whole minutes, the rest by its mean. Only when somebody wants to know. */
function endingOf(
  kinds: readonly RequestKind[],
  setting: Setting,
): (run: number, first: { readonly gate: Gate; readonly stop: Stop } | undefined) => Run {
  const { columns, drawn } = setting;
  const { timing, noticedAfterSeconds } = setting.input;
  const { exposure } = setting.course;
  const hit = kinds.flatMap(({ isHit }, i) => (isHit ? [i] : []));
  const share = hit.reduce((sum, i) => sum + (kinds[i]?.shareAfter ?? 0), 0);
  const { firstMinute, minutes } = columns.grid;
  return (run, first) => ({
    weight: drawn[run]?.weight ?? 0,
    mayTurn: drawn[run]?.mayTurn ?? false,
    stopSeconds: first?.stop.at,
    gate: first?.gate.name,
    get hits() {
      const until =
        first === undefined
          ? exposure.completesSeconds + noticedAfterSeconds
          : first.stop.at + timing.stopToBackSeconds;
      const position = positionOf(run, setting);
      const whole = Math.max(0, Math.min(Math.floor((until + position.shiftSecond) / 60) - firstMinute, minutes));
      const counted = hit.reduce((sum, kind) => sum + columns.between(kind, run, 0, whole), 0);
      const from = Math.max(0, minuteEnd(position, firstMinute + whole - 1));
      const more = until > from && share > 0 ? exposure.between(from, until).newAfter * share : 0;
      return counted + more;
    },
  });
}
