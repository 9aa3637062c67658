/** `canary watch`: this machine's terminal, file, clock and Ctrl-C around a watch. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UserError } from '@unicorns/cloud';
import { type AccountOptions, connect, realWait } from '../aws/index.ts';
import { awaitInterruption } from '../interruption.ts';
import { PLAIN, type Style } from '../render/index.ts';
import { showsColour, widthOf } from '../terminal-stream.ts';
import type { Ending, WatchEvent } from './events.ts';
import { linesOf } from './lines.ts';
import type { Subject } from './read-snapshot.ts';
import { type RecordedLine, recordedLine } from './recording.ts';
import { watch } from './watch.ts';

export interface WatchCommand extends AccountOptions {
  /** Waits for the next operation on the stack, instead of telling the one that is over. */
  readonly wait?: boolean;
  readonly record?: string;
  readonly json?: boolean;
  readonly interval?: number;
}

/** 0 promoted, 1 not, 130 interrupted. Throws UserError for bad input. */
export async function runWatch(subject: string, command: WatchCommand): Promise<number> {
  const account = await connect(command);
  const recording = command.record === undefined ? undefined : openRecording(command.record);
  const interruption = awaitInterruption();
  try {
    const ending = await watch({
      account,
      subject: subjectOf(subject, command.wait === true),
      intervalMs: 1_000 * (command.interval ?? (isLoopback(account.place) ? LOOPBACK_SECONDS : AWS_SECONDS)),
      tell: command.json === true ? (event) => say(JSON.stringify(event)) : teller(styleOf(process.stdout), say),
      waits: () => {
        if (command.json !== true)
          say(`Nothing moves in ${subject}. Waiting for the next operation; Ctrl-C ends this.`);
      },
      record: recording?.record,
      wait: realWait,
      signal: interruption.signal,
    });
    return exitCodeOf(ending);
  } finally {
    interruption.over();
    recording?.close();
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** AWS throttles DescribeStackEvents and CodeDeploy's calls early. */
const AWS_SECONDS = 5;
const LOOPBACK_SECONDS = 1;
const isLoopback = (place: string): boolean => /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(place);

export const subjectOf = (text: string, isNext: boolean): Subject =>
  /^d-[A-Z0-9]{9}$/.test(text) ? { type: 'deployment', id: text } : { type: 'stack', name: text, isNext };

export function exitCodeOf(ending: Ending | undefined): number {
  if (ending === undefined) return 130;
  return ending.result === 'promoted' ? 0 : 1;
}

/** A datapoint is worth a line when its value is another one than before. */
export function teller(style: Style, write: (line: string) => void): (event: WatchEvent) => void {
  const values = new Map<string, number>();
  return (event) => {
    if (event.type === 'datapoint') {
      if (values.get(event.alarm) === event.value) return;
      values.set(event.alarm, event.value);
    }
    for (const line of linesOf(event, style)) write(line);
  };
}

/** Every line is in the file before the next is told: a watch that is killed leaves a recording up to that moment. */
function openRecording(file: string) {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (cause) {
    throw new UserError(`The recording cannot be written to ${file}.`, { cause });
  }
  return {
    record: (line: RecordedLine): void => void writeSync(descriptor, recordedLine(line)),
    close: (): void => closeSync(descriptor),
  };
}

function styleOf(stream: NodeJS.WriteStream): Style {
  return stream.isTTY ? { ...PLAIN, hasColour: showsColour(stream), width: widthOf(stream) } : PLAIN;
}
