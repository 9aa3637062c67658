import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import type { Fault } from './fault.ts';
import { parseFault } from './parse-fault.ts';

const all = { share: 1, fromMs: 0 };

const readable: readonly [text: string, fault: Fault][] = [
  ['throw', { kind: 'throw', ...all }],
  ['throw:share=0.05,from=1m', { kind: 'throw', share: 0.05, fromMs: 60_000 }],
  ['exit:share=5%', { kind: 'exit', share: 0.05, fromMs: 0 }],
  ['oom:from=90s', { kind: 'oom', share: 1, fromMs: 90_000 }],
  ['timeout:from=1.5m', { kind: 'timeout', share: 1, fromMs: 90_000 }],
  ['latency:ms=1500', { kind: 'latency', ms: 1_500, ...all }],
  ['status:from=2m,code=503', { kind: 'status', code: 503, share: 1, fromMs: 120_000 }],
  ['empty-list:share=1', { kind: 'empty-list', ...all }],
  ['malformed', { kind: 'malformed', ...all }],
  ['lost-response-line:share=.5', { kind: 'lost-response-line', share: 0.5, fromMs: 0 }],
];

test.each(readable)('%s is read', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

const refused: readonly [text: string, ...messages: string[]][] = [
  ['slow', 'is of no known kind'],
  ['', 'is of no known kind'],
  ['latency', '"ms" is missing'],
  ['latency:ms=fast', '"ms" is "fast"'],
  ['status:code=700', '"code" is "700"'],
  ['throw:share=0', '"share" is "0"'],
  ['throw:share=150%', '"share" is "150%"'],
  ['throw:from=1', '"from" is "1"'],
  ['throw:code=503', 'no setting "code"; it takes share, from.'],
  ['exit:share=1,share=1', '"share" is given twice'],
  ['latency:share=2,from=x,z=1', 'no setting "z"', '"share" is "2"', '"from" is "x"', '"ms" is missing'],
];

test.each(refused)('%s is refused with everything that is wrong', (text, ...messages) => {
  const problems = problemsOf(() => parseFault(text));
  expect(problems).toHaveLength(messages.length);
  for (const [index, message] of messages.entries()) expect(problems[index]).toContain(message);
});

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}
