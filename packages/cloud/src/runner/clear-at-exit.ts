/** What a process that is ended in the middle keeps on the disk, no `close` clears away. */
import { renameSync, rmSync } from 'node:fs';

const kept = new Map<string, () => void>();

/** Removes a folder when the process exits, after `stopWriters`; the result takes that back. */
export function clearAtExit(folder: string, stopWriters: () => void): () => void {
  kept.set(folder, stopWriters);
  return () => void kept.delete(folder);
}

process.once('exit', () => {
  for (const [folder, stopWriters] of kept) {
    stopWriters();
    clear(folder);
  }
});

/** A thread that is being stopped may write for a moment yet: under another name the folder is out of its reach. */
function clear(folder: string): void {
  const aside = `${folder}-gone`;
  try {
    renameSync(folder, aside);
  } catch {
    return; // It was never needed.
  }
  rmSync(aside, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
