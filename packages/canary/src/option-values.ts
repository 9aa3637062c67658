/** How values of options are read that several commands have. */
import { type Problem, UserError } from '@unicorns/cloud/user-error';

/** For an option that may be given again and again. */
export const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

/** `Key=Value` pairs; throws one UserError for all that are none, and for keys that are given twice. */
export function readParameters(pairs: readonly string[]): Readonly<Record<string, string>> {
  const problems: Problem[] = [];
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const [, key, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined)
      problems.push({ message: `The parameter "${pair}" is not of the form Key=Value.` });
    else if (parameters.has(key)) problems.push({ message: `The parameter "${key}" is given twice.` });
    else parameters.set(key, value);
  }
  if (problems.length > 0) throw new UserError(problems);
  return Object.fromEntries(parameters);
}
