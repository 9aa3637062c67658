/** One thing wrong in what the caller sent. `detail` never repeats the caller's value. */
export interface InvalidParameter {
  readonly parameter: string;
  readonly detail: string;
}

/**
 * Ends a request with a status of one's own and a problem-details body (RFC 9457). Its `detail` is meant for the caller;
 * what must stay inside belongs in `cause`.
 */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly InvalidParameter[];

  constructor(status: number, detail: string, options: ErrorOptions & { errors?: readonly InvalidParameter[] } = {}) {
    super(detail, options);
    this.name = 'Problem';
    this.status = status;
    this.errors = options.errors ?? [];
  }
}

/** Every mistake of a caller is exactly 400, so that no caller can turn the error alarm (statusCode > 400). */
export function badRequest(errors: readonly InvalidParameter[]): Problem {
  return new Problem(400, errors.map(({ detail }) => detail).join(' '), { errors });
}
