/** What the template tells the hooks by environment variables. */
export interface Settings {
  /** FUNCTION_NAME: the function under test. */
  readonly functionName: string;
  /** ALIAS_NAME, `live`. */
  readonly aliasName: string;
  /** NEW_VERSION: the ARN of the version being deployed, and its number. */
  readonly newVersionArn: string;
  readonly newVersion: string;
  /** LOG_GROUP: where the function under test writes, with the metric filters on it. */
  readonly logGroup: string;
  /** SLA_MS, 1000 unless given. */
  readonly slaMs: number;
}

/** Throws one error that names everything missing or wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const { FUNCTION_NAME = '', ALIAS_NAME = 'live', NEW_VERSION = '', LOG_GROUP = '', SLA_MS = '1000' } = env;
  const newVersion = /:([0-9]+)$/.exec(NEW_VERSION)?.[1];
  const slaMs = Number(SLA_MS);
  const problems = [
    FUNCTION_NAME === '' && 'FUNCTION_NAME is missing',
    newVersion === undefined && 'NEW_VERSION is not the ARN of a version',
    LOG_GROUP === '' && 'LOG_GROUP is missing',
    !(slaMs > 0) && 'SLA_MS is no number of milliseconds',
  ].filter((problem) => problem !== false);
  if (newVersion === undefined || problems.length > 0)
    throw new Error(`The hook's environment: ${problems.join(', ')}.`);
  return {
    functionName: FUNCTION_NAME,
    aliasName: ALIAS_NAME,
    newVersionArn: NEW_VERSION,
    newVersion,
    logGroup: LOG_GROUP,
    slaMs,
  };
}
