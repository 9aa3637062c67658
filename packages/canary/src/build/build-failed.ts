import type { BuildFailure, Message } from 'esbuild';

/** One place in the sources that does not build; the shape of a user error's problem. */
export interface BuildProblem {
  readonly message: string;
  /** From the root of the repository. */
  readonly file?: string;
  readonly line?: number;
}

/** The sources do not build: not our bug, but that of whoever wrote them. All problems at once. */
export class BuildFailed extends Error {
  readonly problems: readonly BuildProblem[];

  constructor(problems: readonly BuildProblem[], options?: ErrorOptions) {
    super(
      problems.map(({ message, file, line }) => `${file ?? '(no file)'}:${line ?? 1}: ${message}`).join('\n'),
      options,
    );
    this.name = 'BuildFailed';
    this.problems = problems;
  }
}

/** Functions share sources: a problem of several is told once. */
export function allFailed(failures: readonly BuildFailed[]): BuildFailed {
  const problems = new Map(failures.flatMap(({ problems: own }) => own.map((it) => [JSON.stringify(it), it] as const)));
  return new BuildFailed([...problems.values()], { cause: failures[0] });
}

/** What esbuild rejects with, as ours; anything else is thrown on. */
export function buildFailed(error: unknown): BuildFailed {
  if (!isBuildFailure(error)) throw error;
  return new BuildFailed(error.errors.map(problemOf), { cause: error });
}

function problemOf({ text, location }: Message): BuildProblem {
  return location === null ? { message: text } : { message: text, file: location.file, line: location.line };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
