import type { Problem } from '../../../user-error.ts';
import type { Path } from './template-value.ts';

/** Knows on which line a part of a document stands. */
export interface Source {
  readonly fileName: string;
  /** The line (from 1) of the value at `path`, or of the nearest ancestor that was written down. */
  lineOf(path: Path): number | undefined;
}

/** Gathers all that is wrong in a document, so that a person reads it once. */
export class Problems {
  readonly source: Source;
  readonly #all: Problem[];

  constructor(source: Source, all: Problem[] = []) {
    this.source = source;
    this.#all = all;
  }

  /** The same list, for paths that another source understands. */
  seenFrom(source: Source): Problems {
    return new Problems(source, this.#all);
  }

  get all(): readonly Problem[] {
    return this.#all;
  }

  add(path: Path, message: string): void {
    this.addAs(path, { message });
  }

  /** Takes over a problem that was found elsewhere; it keeps its own place when it has one. */
  addAs(path: Path, { message, file, line = this.source.lineOf(path) }: Problem): void {
    const problem: Problem = { message, file: file ?? this.source.fileName, ...(line === undefined ? {} : { line }) };
    const isKnown = this.#all.some((it) => it.message === message && it.line === problem.line);
    if (!isKnown) this.#all.push(problem);
  }
}
