import { readDuration, readSpeed, type Speed } from '@unicorns/cloud/shell';
import { COMMANDS } from './serve-lines.ts';

export type ServeCommand =
  | { readonly type: 'advance'; readonly ms: number }
  | { readonly type: 'speed'; readonly speed: Speed }
  | { readonly type: 'status' }
  | { readonly type: 'quit' }
  | { readonly type: 'nothing' }
  | { readonly type: 'wrong'; readonly message: string };

/** One line of what a person types while the cloud is served. */
export function readCommand(line: string): ServeCommand {
  const [name = '', argument = '', ...rest] = line.trim().split(/\s+/);
  if (name === '') return { type: 'nothing' };
  if (rest.length > 0) return wrong(line);
  const ms = readDuration(argument);
  if (name === 'advance' && ms !== undefined) return { type: 'advance', ms };
  const speed = readSpeed(argument);
  if (name === 'speed' && speed !== undefined) return { type: 'speed', speed };
  if ((name === 'status' || name === 'quit') && argument === '') return { type: name };
  return wrong(line);
}

const wrong = (line: string): ServeCommand => ({
  type: 'wrong',
  message: `"${line.trim()}" is not understood. ${COMMANDS}`,
});
