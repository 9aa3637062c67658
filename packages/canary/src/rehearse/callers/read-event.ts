import { readFileSync } from 'node:fs';
import { UserError } from '@unicorns/cloud';
import type { WantedCallers } from './callers.ts';

/** The event of a JSON file, with which the released functions are invoked. Throws UserError. */
export function readEvent(file: string): WantedCallers {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`The event file ${file} cannot be read.`, { cause });
  }
  try {
    return { type: 'event', event: JSON.stringify(JSON.parse(text)), from: file };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError([{ message: `The event is no JSON: ${reason}`, file, line: lineOf(text, reason) }], { cause });
  }
}

/** Node says `at position 12` of some mistakes; the end of the text is where the others are. */
function lineOf(text: string, reason: string): number {
  const [, position] = /at position (\d+)/.exec(reason) ?? [];
  return text.slice(0, position === undefined ? text.trimEnd().length : Number(position)).split('\n').length;
}
