import type { Check, EarlierAnswer } from './acceptance-suite.ts';
import type { Invoked } from './cloud.ts';
import { member } from './lifecycle-event.ts';
import { differences, shown, type Difference } from './shape.ts';

/** What a check failed on. */
export interface Failure extends Difference {
  readonly check: string;
}

/** A proxy response, read without trust. */
export interface Answer extends EarlierAnswer {
  readonly statusCode: number;
  readonly text: string;
}

/** Reads a proxy response, or says why it is none: a function error, or a payload of another shape. */
export function readAnswer({
  payload,
  functionError,
}: Pick<Invoked, 'payload' | 'functionError'>): Answer | Difference {
  if (functionError !== undefined) {
    return { what: 'the invocation', expected: 'an answer', got: `${functionError} error ${shown(parsed(payload))}` };
  }
  const response = parsed(payload);
  const statusCode = member(response, 'statusCode');
  if (typeof statusCode !== 'number') {
    return {
      what: 'the answer',
      expected: 'a proxy response with a statusCode',
      got: shown(response === undefined ? payload : response),
    };
  }
  const text = member(response, 'body') ?? '';
  if (typeof text !== 'string') return { what: 'body', expected: 'a string', got: shown(text) };
  const headers = Object.entries({ ...Object(member(response, 'headers')) });
  return {
    statusCode,
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : shown(value)]),
    ),
    text,
    body: parsed(text),
  };
}

/** Everything in which an answer is not what the check expects. Latency is the caller's business. */
export function judgeAnswer(
  check: Check,
  answer: Answer,
  answers: ReadonlyMap<string, EarlierAnswer>,
): readonly Difference[] {
  const { statusCode, headers, text, body } = answer;
  if (statusCode !== check.status) {
    return [{ what: 'status', expected: `${check.status}`, got: `${statusCode} ${shown(body ?? text)}` }];
  }
  const wrong: Difference[] = Object.entries(check.headers ?? {})
    .filter(([name, pattern]) => !pattern.test(headers[name] ?? ''))
    .map(([name, pattern]) => ({ what: `header ${name}`, expected: `${pattern}`, got: shown(headers[name]) }));
  if (check.body) wrong.push(...differences(check.body, body));
  else if (text !== '') wrong.push({ what: 'body', expected: 'nothing', got: shown(text) });
  if (check.names !== undefined && !text.includes(check.names)) {
    wrong.push({ what: 'body', expected: `the parameter ${check.names} by name`, got: shown(body ?? text) });
  }
  const other = check.differsFrom === undefined ? undefined : answers.get(check.differsFrom);
  if (other && JSON.stringify(other.body) === JSON.stringify(body)) {
    wrong.push({ what: 'body', expected: `another body than that of "${check.differsFrom}"`, got: 'the same' });
  }
  return wrong;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
