import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A place on the machine's disk for one runner's packages and environments, made when it is first needed. */
export class ScratchDirectory {
  readonly #root: string;
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The directory `name`; `fill` gives the files of a new one, by path. */
  directory(name: string, fill: () => Iterable<readonly [path: string, bytes: Uint8Array]> = () => []): string {
    const path = join(this.#root, name.replace(/[^\w.-]/g, '_'));
    if (this.#made.has(path)) return path;
    this.#made.add(path);
    mkdirSync(path, { recursive: true });
    for (const [file, bytes] of fill()) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), bytes);
    }
    return path;
  }
}
