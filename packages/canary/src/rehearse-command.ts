/** `canary rehearse`: prepares rehearsals, runs them one after another and shows them. */
import { type JournalEntry, UserError } from '@unicorns/cloud';
import {
  against,
  type Against,
  comparisonLines,
  JournalEvents,
  recordedOutcome,
  withRecordedTraffic,
} from './against/index.ts';
import { JournalFile } from './journal-file.ts';
import {
  type Expectation,
  findScenarios,
  isJudged,
  parseTraffic,
  prepareOptions,
  prepareScenario,
  requireDeclared,
  type Rehearsal,
  type RehearsalEvent,
  type Repository,
  type RehearseOptions,
  runRehearsal,
  tryOtherWays,
  type Verdict,
  WORKSHOP_TRAFFIC,
} from './rehearse/index.ts';
import {
  inOrder,
  PLAIN,
  type RehearsalReport,
  reportOf,
  type Style,
  tableOf,
  Terminal,
  type Turn,
} from './render/index.ts';
import { showsColour, widthOf } from './terminal-stream.ts';
import { readRecording, type Recording } from './watch/index.ts';

export interface RehearseCommand extends Omit<RehearseOptions, 'traffic' | 'seed' | 'expect'> {
  readonly scenario?: string;
  readonly traffic?: RehearseOptions['traffic'];
  readonly seed?: number;
  readonly expect?: Expectation;
  readonly json?: boolean;
  readonly journal?: string;
  /** A recording of `canary watch`, to replay and to be held against. */
  readonly against?: string;
  /** Every fault under every configuration. */
  readonly matrix?: boolean;
}

/** A command with its recording, read once. */
interface Asked extends RehearseCommand {
  readonly recording?: Recording;
}

type Report = RehearsalReport & { readonly against?: Against };
type Preparation = () => Promise<Rehearsal>;

/** Gives the exit code: 0 when every release ended as expected, 2 when one could not be judged, else 1. */
export async function rehearse(
  command: RehearseCommand,
  repository: Repository & { readonly scenariosDir: string },
): Promise<number> {
  if (command.matrix === true) return rehearseMatrix(command, repository);
  const journal = command.journal === undefined ? undefined : new JournalFile(command.journal);
  const rehearsals: Rehearsal[] = [];
  const asked = { ...command, ...(command.against !== undefined && { recording: readRecording(command.against) }) };
  for (const prepare of preparations(asked, { ...repository, onBuild: sayOnce('Building releases …') }))
    rehearsals.push(await prepare());
  // A release of one's own is refused with the line of its template.
  if (!isOwnRelease(asked)) requireDeclared(rehearsals, command.parameters);
  const reports = journal ? await oneByOne(rehearsals, asked, journal) : await sideBySide(rehearsals, asked);
  if (command.json) process.stdout.write(`${JSON.stringify({ rehearsals: reports }, undefined, 2)}\n`);
  if (!command.json) process.stdout.write(`\n${summary(reports)}\n`);
  return exitCode(reports.flatMap(({ releases }) => releases));
}

/** `--fault` and `--type` narrow the matrix down; what asks for one rehearsal's own things does not go with it. */
async function rehearseMatrix(command: RehearseCommand, repository: Repository): Promise<number> {
  const { scenario, expect, journal, against: recording, type } = command;
  const refused = { 'a scenario': scenario, '--expect': expect, '--journal': journal, '--against': recording };
  const given = Object.entries(refused).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0)
    throw new UserError(`--matrix rehearses many releases and does not go with ${given.join(', ')}.`);
  const options = {
    ...command,
    traffic: command.traffic ?? parseTraffic(WORKSHOP_TRAFFIC),
    seed: command.seed ?? 1,
    types: type === undefined ? [] : [type],
  };
  const { showMatrix } = await import('./matrix/index.ts');
  return showMatrix(options, { ...repository, onBuild: sayOnce('Building releases …') }, styleOf(process.stdout));
}

/** On standard error, so that what is piped on stays clean. */
function sayOnce(text: string): () => void {
  let isSaid = false;
  return () => {
    if (!isSaid) process.stderr.write(`${text}\n`);
    isSaid = true;
  };
}

/** An option that names a release means a rehearsal of one's own; else the scenarios are told. */
const isOwnRelease = ({ template, candidate, baseline, faults, expect, routes = [], ...more }: Asked): boolean =>
  [template, candidate, baseline, expect, more.event, more.slaMs, more.recording].some((it) => it !== undefined) ||
  faults.length + routes.length > 0;

function preparations(
  command: Asked,
  repository: Repository & { readonly scenariosDir: string },
): readonly Preparation[] {
  const { scenario, recording } = command;
  const isOwn = isOwnRelease(command);
  if (isOwn && scenario !== undefined) {
    throw new UserError(
      `The scenario "${scenario}" says itself what is released. Leave it out, or the options that name a release.`,
    );
  }
  if (!isOwn) {
    return findScenarios(repository.scenariosDir, scenario).map(
      (file) => () => prepareScenario(file, repository, command),
    );
  }
  const options = { ...command, traffic: command.traffic ?? parseTraffic(WORKSHOP_TRAFFIC), seed: command.seed ?? 1 };
  if (recording === undefined) return [() => prepareOptions(options, repository)];
  return [() => replay(options, recording, command.traffic === undefined, repository)];
}

/** The recorded stack's parameters, traffic and ending, as far as the command line does not say otherwise. */
async function replay(
  options: RehearseOptions,
  recording: Recording,
  isRecordedTraffic: boolean,
  repository: Repository,
): Promise<Rehearsal> {
  const expect = options.expect ?? recordedOutcome(recording);
  const parameters = { ...recording.parameters, ...options.parameters };
  const rehearsal = await prepareOptions({ ...options, parameters, ...(expect && { expect }) }, repository);
  return isRecordedTraffic ? withRecordedTraffic(rehearsal, recording) : rehearsal;
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

const LIVE: Turn = { write, end: () => undefined };

/** Each has a cloud of its own, so they can run at once; what they tell is shown one after the other. */
function sideBySide(rehearsals: readonly Rehearsal[], command: Asked): Promise<readonly Report[]> {
  const turns = inOrder(rehearsals.length, write);
  return Promise.all(rehearsals.map((rehearsal, index) => show(rehearsal, command, turns[index] ?? LIVE)));
}

/** A journal holds one rehearsal after the other. */
async function oneByOne(
  rehearsals: readonly Rehearsal[],
  command: Asked,
  journal: JournalFile,
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  try {
    for (const rehearsal of rehearsals) reports.push(await show(rehearsal, command, LIVE, journal));
  } finally {
    journal.close();
  }
  return reports;
}

async function show(
  rehearsal: Rehearsal,
  { json = false, recording }: Asked,
  turn: Turn,
  journal?: JournalFile,
): Promise<Report> {
  const style = styleOf(process.stdout);
  const terminal = json ? undefined : new Terminal(style, turn.write);
  const events: RehearsalEvent[] = [];
  const seen = recording === undefined ? undefined : new JournalEvents(rehearsal.stackName);
  if (!json) turn.write(`\n${rehearsal.title}`);
  const verdicts = await runRehearsal(rehearsal, {
    tell(event) {
      events.push(event);
      terminal?.show(event);
    },
    ...((journal ?? seen) && {
      follow(entry: JournalEntry) {
        journal?.append(entry);
        seen?.follow(entry);
      },
    }),
  });
  const ways = await tryOtherWays(rehearsal, verdicts);
  if (!json) for (const line of tableOf(rehearsal, verdicts, ways, style)) turn.write(line);
  const held = recording && seen && against(recording, seen.events, rehearsal.stackName);
  if (held !== undefined && !json) for (const line of comparisonLines(held, style)) turn.write(line);
  turn.end();
  return { ...reportOf(rehearsal, verdicts, ways, events), ...(held && { against: held }) };
}

function styleOf(stream: NodeJS.WriteStream): Style {
  const brief = { ...PLAIN, reasonLines: 3 };
  return showsColour(stream) ? { ...brief, hasColour: true, width: widthOf(stream) } : brief;
}

const exitCode = (releases: readonly Verdict[]): number =>
  releases.some((release) => !isJudged(release)) ? 2 : releases.every(({ isAsExpected }) => isAsExpected) ? 0 : 1;

function summary(reports: readonly RehearsalReport[]): string {
  const releases = reports.flatMap((report) => report.releases);
  const otherwise = releases.filter((release) => !release.isAsExpected);
  if (otherwise.length === 0) return `All ${releases.length} releases ended as expected.`;
  const named = otherwise
    .map((it) => `  ${it.release}: ${isJudged(it) ? '' : 'cannot be judged: '}${it.difference ?? ''}`)
    .join('\n');
  const isKnown = releases.every(isJudged);
  const what = isKnown ? 'did not end as expected' : 'cannot be judged or did not end as expected';
  return `${otherwise.length} of ${releases.length} releases ${what}:\n${named}`;
}
