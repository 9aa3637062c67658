import { readFileSync } from 'node:fs';
import { type Problem, type RateStep, UserError } from '@unicorns/cloud';
import type { TrafficPlan } from '../rehearsal.ts';

/** The workshop's ping: one request a second. */
export const WORKSHOP_TRAFFIC = '1/s';

const RATE = /^(\d+(?:\.\d+)?)\/(s|min)$/;

/** `1/s`, `600/min`, or the path of a profile file. */
export function parseTraffic(text: string, isPoisson = false): TrafficPlan {
  const requestsPerMinute = parseRate(text);
  if (requestsPerMinute !== undefined) return { profile: [{ minute: 0, requestsPerMinute }], isPoisson };
  return { profile: readProfile(text), isPoisson };
}

export function parseRate(text: string): number | undefined {
  const [, count, unit] = RATE.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 's' ? 60 : 1);
}

function readProfile(file: string): readonly RateStep[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const message =
      `The traffic "${file}" is neither a rate such as 1/s or 600/min ` +
      'nor a file that can be read with lines "minute,requestsPerMinute".';
    throw new UserError(message, { cause });
  }
  return parseProfile(text, file);
}

/**
 * Lines `minute,requestsPerMinute`, with ascending minutes from the start of the traffic; a heading, empty lines and
 * `#` comments are allowed. All wrong lines are told at once.
 */
export function parseProfile(text: string, file: string): readonly RateStep[] {
  const problems: Problem[] = [];
  const steps: RateStep[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const row = raw.replace(/#.*$/, '').trim();
    if (row === '' || (steps.length === 0 && /^minute\s*,/i.test(row))) continue;
    const step = readStep(row);
    const message = step === undefined ? NO_STEP(row) : outOfOrder(step, steps.at(-1));
    if (message !== undefined) problems.push({ message, file, line: index + 1 });
    if (step !== undefined) steps.push(step);
  }
  if (steps.length === 0 && problems.length === 0) problems.push({ message: 'The profile has no lines.', file });
  if (problems.length > 0) throw new UserError(problems);
  return steps;
}

const NO_STEP = (row: string) => `"${row}" is not "minute,requestsPerMinute" with two numbers of 0 or more.`;

function readStep(row: string): RateStep | undefined {
  const [, minute, rate] = /^(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)$/.exec(row) ?? [];
  return rate === undefined ? undefined : { minute: Number(minute), requestsPerMinute: Number(rate) };
}

const outOfOrder = (step: RateStep, before: RateStep | undefined): string | undefined =>
  before !== undefined && step.minute <= before.minute
    ? `Minute ${step.minute} does not come after minute ${before.minute}.`
    : undefined;
