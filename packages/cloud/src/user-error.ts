/** One thing wrong in what a person gave us: a template, a scenario, an option. */
export interface Problem {
  /** What is wrong, where and what to do, as one or two sentences. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** Every problem of a document at once. The command line prints them and exits with 2. */
export class UserError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[] | string, options?: ErrorOptions) {
    const all = typeof problems === 'string' ? [{ message: problems }] : problems;
    super(all.map(formatProblem).join('\n'), options);
    this.name = 'UserError';
    this.problems = all;
  }
}

/** `template.yaml:41: The alarm …` */
export function formatProblem({ message, file, line }: Problem): string {
  if (file === undefined) return message;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}
