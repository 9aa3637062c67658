import { closeSync, constants, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

/** Keeps other processes out of a folder until the result is called, or the process has died. Throws UserError. */
export function lockFolder(directory: string): () => void {
  const file = join(directory, 'lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  if (!writeNew(file, mine)) {
    const holder = holderOf(file);
    if (holder !== undefined)
      throw new UserError(
        `The state folder ${directory} is in use by the process ${holder}. End it, or use another folder.`,
      );
    // The process before has been killed. Of two that find this out at once, the later rename wins.
    const own = join(directory, `lock.${process.pid}`);
    rmSync(own, { force: true });
    writeNew(own, mine);
    renameSync(own, file);
    if (readFileSync(file, 'utf8') !== mine)
      throw new UserError(`The state folder ${directory} has just been taken by another process.`);
  }
  return () => rmSync(file, { force: true });
}

function writeNew(file: string, text: string): boolean {
  try {
    const fd = openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    writeSync(fd, text);
    closeSync(fd);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock, while it lives. A process id that was given again has another start. */
function holderOf(file: string): number | undefined {
  const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
  const id = Number(pid);
  if (!Number.isSafeInteger(id) || id <= 0 || !lives(id)) return undefined;
  const startNow = startOf(id);
  return startNow === undefined || start === '' || start === startNow ? id : undefined;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in the kernel's ticks, where the kernel tells it. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
