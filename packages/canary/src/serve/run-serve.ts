import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type Cloud, createCloud, isoTime, packageCode, UserError } from '@unicorns/cloud';
import { type ServedCloud, serveCloud, type Speed, StateFolder } from '@unicorns/cloud/shell';
import { awaitInterruption } from '../interruption.ts';
import { JournalFile } from '../journal-file.ts';
import type { TrafficPlan } from '../rehearse/rehearsal.ts';
import { readTemplateFile } from '../template-file.ts';
import { eventLine } from './event-line.ts';
import { keptTraffic } from './kept-traffic.ts';
import { readCommand } from './read-command.ts';
import { apiLines, greeting, paceOf } from './serve-lines.ts';
import { tellOnce } from './tell-once.ts';

export interface ServeRun {
  readonly port: number;
  readonly speed: Speed;
  readonly template?: string;
  readonly stack: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly region: string;
  readonly accountConcurrency?: number;
  readonly seed: number;
  readonly journal?: string;
  readonly traffic?: TrafficPlan;
  /** The folder that the cloud is kept in. */
  readonly state?: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What the first deployment takes in virtual time at most: it begins so much earlier, and the clock is right after it. */
const HEAD_START_MS = 10 * 60_000;

/** Serves until somebody ends it. Gives the exit code. Throws UserError for a template or a port that cannot be used. */
export async function runServe(run: ServeRun): Promise<number> {
  const { template, region, seed, accountConcurrency } = run;
  const startsAt = Date.now();
  // First: the journal of a process that uses the folder is not to be overwritten.
  const keep = run.state === undefined ? undefined : new StateFolder(run.state);
  const journal = run.journal === undefined ? undefined : new JournalFile(run.journal);
  const start = startsAt - (template === undefined ? 0 : HEAD_START_MS);
  const limits = accountConcurrency === undefined ? {} : { accountConcurrency };
  const cloud = await createCloud({ seed, region, start, ...limits, ...(keep && { keep }) });
  const once = tellOnce(cloud, keep, say);
  try {
    cloud.journal.subscribe((entry) => {
      journal?.append(entry);
      const line = eventLine(entry);
      if (line !== undefined) once.tell(line, entry.seq + 1);
    });
    // Between two entries: it comes after the one and hides not the other.
    const traffic = keptTraffic(cloud, seed, (line) => once.tell(line, cloud.journal.length + 0.5));
    await cloud.resume((note) => traffic.begin(note));
    await once.told();
    if (keep?.header !== undefined)
      say(
        `The cloud in ${run.state} is taken up again at ${isoTime(cloud.now)}, after ${cloud.journal.length} effects.`,
      );
    if (template !== undefined) await deployOnce(cloud, run, template);
    await serve(cloud, run, () => traffic.keep(run.traffic));
    traffic.end();
    return 0;
  } finally {
    await once.told();
    await cloud.close();
    journal?.close();
  }
}

/** A cloud that is taken up again may have the stack already. */
async function deployOnce(cloud: Cloud, run: ServeRun, template: string): Promise<void> {
  if (!cloud.world.cloudformation.stacks.has(run.stack)) return deployFirst(cloud, run, template);
  say(`The stack ${run.stack} is there already: ${template} is not deployed again.`);
}

async function deployFirst(cloud: Cloud, { stack, parameters }: ServeRun, template: string): Promise<void> {
  const { type } = await cloud.deploy({
    stackName: stack,
    template: readTemplateFile(template),
    fileName: template,
    parameters,
    packageCode: (path) => packageCode(dirname(template), path),
  });
  if (type !== 'created') throw new UserError(`The stack ${stack} could not be created from ${template}: see above.`);
  const realNow = Date.now();
  if (realNow > cloud.now) await cloud.advance(realNow - cloud.now);
}

async function serve(
  cloud: Cloud,
  { port, speed, region, state }: ServeRun,
  beginTraffic: () => Promise<void>,
): Promise<void> {
  const told = new Set<string>();
  const tellApis = (): void => {
    for (const line of served?.apis().flatMap((api) => apiLines(cloud, api)) ?? [])
      if (!told.has(line)) {
        told.add(line);
        say(line);
      }
  };
  let served: ServedCloud | undefined;
  const end = new Ending();
  const interruption = awaitInterruption();
  interruption.signal.addEventListener('abort', end.want);
  try {
    served = await serveCloud(cloud, { port, speed, onApi: tellApis, onError: end.failed }).catch((cause: unknown) => {
      throw unusable(port, cause);
    });
    for (const line of greeting({
      url: served.url,
      region,
      now: cloud.now,
      speed,
      ...(state !== undefined && { state }),
    }))
      say(line);
    tellApis();
    const unsubscribe = cloud.journal.subscribe(({ effect }) => {
      if (effect.type === 'apigateway.ApiPut') tellApis();
    });
    await beginTraffic();
    await ended(served, cloud, end);
    unsubscribe();
  } finally {
    await served?.close();
    interruption.over();
  }
}

const tellBug = (error: unknown): void =>
  void process.stderr.write(
    `This is a bug of the embedded cloud; it goes on.\n${error instanceof Error ? error.stack : String(error)}\n`,
  );

function unusable(port: number, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new UserError(`The port ${port} is taken. Choose another with --port.`, { cause });
  if (code === 'EACCES') return new UserError(`The port ${port} may not be used. Choose one above 1023.`, { cause });
  return cause;
}

/** How serving ends: because somebody wants it, or because the folder can be written no more. */
class Ending {
  readonly #ended = Promise.withResolvers<void>();
  readonly reached = this.#ended.promise;
  readonly want = (): void => this.#ended.resolve();

  constructor() {
    // It may fail before anybody waits for it.
    this.reached.catch(() => undefined);
  }

  readonly failed = (error: unknown): void => {
    if (error instanceof UserError) this.#ended.reject(error);
    else tellBug(error);
  };
}

/** Resolves when told to quit, by a line or by a signal. */
async function ended(served: ServedCloud, cloud: Cloud, end: Ending): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void obey(line, served, cloud, end.want).catch(end.failed));
  try {
    await end.reached;
  } finally {
    lines.close();
    process.stdin.unref?.();
  }
}

async function obey(line: string, served: ServedCloud, cloud: Cloud, end: () => void): Promise<void> {
  const { clock } = served;
  const command = readCommand(line);
  switch (command.type) {
    case 'nothing':
      return;
    case 'wrong':
      say(command.message);
      return;
    case 'quit':
      end();
      return;
    case 'advance':
      await clock.advance(command.ms);
      break;
    case 'speed':
      clock.setSpeed(command.speed);
      break;
    case 'status':
      for (const api of served.apis()) for (const each of apiLines(cloud, api)) say(each);
      break;
    default:
      command satisfies never;
  }
  say(`It is ${isoTime(cloud.now)}; time ${paceOf(clock.speed)}.`);
}
