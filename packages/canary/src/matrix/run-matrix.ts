/**
 * `rehearse --matrix`: every fault under every configuration, each in a rehearsal of its own, beside the odds that
 * `plan` gives. Shows which gate catches what, and the holes.
 */
import { availableParallelism } from 'node:os';
import { UserError } from '@unicorns/cloud';
import { NINE, runPlan } from '../plan/index.ts';
import {
  describeFaults,
  type FaultKind,
  prepareOptions,
  type RehearseOptions,
  type Repository,
  runRehearsal,
} from '../rehearse/index.ts';
import { agreementOf, type MatrixCell } from './matrix-cell.ts';

export interface MatrixOptions extends Omit<RehearseOptions, 'faults' | 'type' | 'expect'> {
  /** As `--fault` takes them; none: every kind, each in a twentieth of the requests. */
  readonly faults: readonly string[];
  /** None: the nine. */
  readonly types: readonly string[];
}

/** Hooks are over after a minute of the deployment, so that the alarms are on their own. */
const SHARE = 'share=0.05';
const FROM = 'from=1m';
/** The first shift comes about so long after the start of the stack's update, and plan counts from it. */
const SHIFTED_AFTER_SECONDS = 19;

/** `plan`'s model of a fault; undefined: it has none, since what callers meet leaves no trace that it counts. */
const MODELLED: { readonly [K in FaultKind]: string | undefined } = {
  throw: 'throw',
  timeout: 'throw',
  exit: 'throw',
  oom: 'throw',
  latency: 'slow',
  status: 'status',
  'empty-list': 'empty',
  malformed: undefined,
  'lost-response-line': undefined,
};

const faultOf = (kind: FaultKind): string => {
  const own = { latency: 'ms=1500,', status: 'code=503,' } as const;
  return `${kind}:${kind === 'latency' || kind === 'status' ? own[kind] : ''}${SHARE},${FROM}`;
};

/** Calls `tell` with each cell as it is done, in the order of the table. */
export async function runMatrix(
  options: MatrixOptions,
  repository: Repository,
  tell: (cell: MatrixCell) => void,
): Promise<readonly MatrixCell[]> {
  const kinds = describeFaults().map(({ kind }) => kind);
  const faults = options.faults.length > 0 ? options.faults : kinds.map(faultOf);
  const types = options.types.length > 0 ? options.types : NINE.map(({ name }) => name);
  const pairs = faults.flatMap((fault) => types.map((configuration) => ({ fault, configuration })));
  const odds = new Map(faults.map((fault) => [fault, foretell(fault, types, options, repository)]));
  await prepareOptions({ ...options, faults: faults.slice(0, 1) }, repository);
  const cells: Promise<MatrixCell>[] = [];
  // As many at a time as there are cores, told in order.
  const busy = new Set<Promise<unknown>>();
  const told: MatrixCell[] = [];
  for (const { fault, configuration } of pairs) {
    if (busy.size >= availableParallelism()) await Promise.race(busy);
    const cell = rehearseCell(fault, configuration, odds.get(fault)?.get(configuration), options, repository);
    const done = cell.finally(() => busy.delete(done)).catch(() => undefined);
    busy.add(done);
    cells.push(cell);
  }
  for (const cell of cells) {
    const it = await cell;
    told.push(it);
    tell(it);
  }
  return told;
}

async function rehearseCell(
  fault: string,
  configuration: string,
  foretold: number | undefined,
  options: MatrixOptions,
  repository: Repository,
): Promise<MatrixCell> {
  const kind = kindOf(fault);
  const rehearsal = await prepareOptions({ ...options, faults: [fault], type: configuration }, repository);
  const verdict = (await runRehearsal(rehearsal, { tell: () => undefined })).at(-1);
  if (verdict === undefined) throw new Error(`the rehearsal of ${fault} under ${configuration} has no verdict`);
  return { kind, fault, configuration, verdict, foretold, agreement: agreementOf(verdict, foretold) };
}

function kindOf(fault: string): FaultKind {
  const kind = describeFaults().find((each) => each.kind === fault.split(':')[0])?.kind;
  if (kind === undefined) throw new UserError(`There is no fault "${fault}". \`canary faults\` lists them.`);
  return kind;
}

/** The odds of the alarms, by configuration. */
function foretell(
  fault: string,
  types: readonly string[],
  options: MatrixOptions,
  { templateFile }: Repository,
): ReadonlyMap<string, number> {
  const model = MODELLED[kindOf(fault)];
  if (model === undefined) return new Map();
  const value = (name: string): string | undefined => new RegExp(`\\b${name}=([^,]+)`).exec(fault)?.[1];
  const fromSeconds = Math.max(0, secondsOf(value('from') ?? '0s') - SHIFTED_AFTER_SECONDS);
  const details = [
    `share=${value('share') ?? '1'}`,
    `from=${fromSeconds}s`,
    ...(model === 'status' ? [`code=${value('code') ?? '503'}`] : []),
    ...(model === 'slow' ? [`ms=${value('ms') ?? '1500'}`] : []),
  ];
  const reports = runPlan({
    template: options.template ?? templateFile,
    parameters: options.parameters,
    traffic: { profile: options.traffic.profile, arrivals: options.traffic.isPoisson ? 'poisson' : 'even' },
    fault: `${model}:${details.join(',')}`,
    noise: 'errors=0,p50=5,p99=20',
    delays: 'default',
    linearIntervals: 'n-1',
    hookSeconds: 1,
    budget: {},
    noticedAfterMinutes: 30,
    runs: 64,
    seed: options.seed,
    withCurves: false,
    withNeeds: false,
  });
  const found = reports[0]?.result.configurations ?? [];
  return new Map(
    found
      .filter(({ configuration }) => types.includes(configuration.name))
      .map(({ configuration, all }) => [configuration.name, all.caught]),
  );
}

function secondsOf(text: string): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? [];
  return Number(number) * { ms: 0.001, s: 1, m: 60, h: 3_600 }[unit as 'ms' | 's' | 'm' | 'h'];
}
