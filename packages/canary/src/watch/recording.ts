/** A recording: JSON lines, a heading first, then events as a watch tells them, then the traffic that there was. */
import { readFileSync } from 'node:fs';
import { type RateStep, UserError } from '@unicorns/cloud';
import * as v from 'valibot';
import type { WatchEvent } from './events.ts';

const FORMAT = 1;

export interface Heading {
  readonly type: 'recording';
  readonly format: typeof FORMAT;
  /** The stack or the deployment. */
  readonly subject: string;
  readonly place: string;
}

/** The release's own settings; what CloudFormation hides (NoEcho) is left out. */
export interface RecordedParameters {
  readonly type: 'parameters';
  readonly parameters: Readonly<Record<string, string>>;
}

/** Requests per minute through the aliases, from the start of the deployment (minute 0, which may lie after a few of them). */
export interface RecordedTraffic {
  readonly type: 'traffic';
  readonly profile: readonly RateStep[];
}

export type RecordedLine = Heading | RecordedParameters | RecordedTraffic | WatchEvent;

export interface Recording {
  readonly heading: Heading;
  readonly events: readonly WatchEvent[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly profile?: readonly RateStep[];
}

export const headingOf = (subject: string, place: string): Heading => ({
  type: 'recording',
  format: FORMAT,
  subject,
  place,
});

export const recordedLine = (line: RecordedLine): string => `${JSON.stringify(line)}\n`;

const TEXT = v.string();
const NUMBER = v.number();
const LINE = v.variant('type', [
  v.object({ type: v.literal('recording'), format: v.literal(FORMAT), subject: TEXT, place: TEXT }),
  v.object({ type: v.literal('parameters'), parameters: v.record(TEXT, TEXT) }),
  v.object({
    type: v.literal('traffic'),
    profile: v.array(v.object({ minute: NUMBER, requestsPerMinute: NUMBER })),
  }),
]);
/** Events are trusted beyond their instant and type: they are what this command wrote. */
const EVENT = v.looseObject({ type: TEXT, at: NUMBER });

/** Reads a recording. Throws one UserError for every line that is none of its. */
export function readRecording(file: string): Recording {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`The recording ${file} cannot be read. \`canary watch --record\` writes one.`, { cause });
  }
  return parseRecording(text, file);
}

export function parseRecording(text: string, file: string): Recording {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const wrong: number[] = [];
  const entries = lines.flatMap(({ line, number }): RecordedLine[] => {
    if (line.trim() === '') return [];
    const entry = parsedLine(line);
    if (entry === undefined) wrong.push(number);
    return entry === undefined ? [] : [entry];
  });
  const [heading, ...rest] = entries;
  if (heading?.type !== 'recording') throw new UserError([{ file, line: 1, message: NO_HEADING }]);
  if (wrong.length > 0) {
    throw new UserError(wrong.map((line) => ({ file, line, message: 'This line is not of a recording.' })));
  }
  const profile = rest.findLast((entry) => entry.type === 'traffic')?.profile;
  return {
    heading,
    events: rest.filter(isEvent),
    parameters: rest.findLast((entry) => entry.type === 'parameters')?.parameters ?? {},
    ...(profile && { profile }),
  };
}

const NO_HEADING = `This is not a recording of format ${FORMAT}. \`canary watch --record\` writes one.`;

function parsedLine(line: string): RecordedLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const own = v.safeParse(LINE, value);
  if (own.success) return own.output;
  return v.is(EVENT, value) ? (value as unknown as WatchEvent) : undefined;
}

const isEvent = (entry: RecordedLine): entry is WatchEvent =>
  entry.type !== 'recording' && entry.type !== 'parameters' && entry.type !== 'traffic';
