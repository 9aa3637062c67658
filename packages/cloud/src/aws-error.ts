/**
 * An error in AWS's own words, for whoever called an emulated API: the caller of an SDK, a hook, or
 * another service of the cloud. `code` is the wire code (`ResourceNotFoundException`), `status` the
 * HTTP status, `members` the modelled members beside the message (`{ Type: 'User' }`).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
