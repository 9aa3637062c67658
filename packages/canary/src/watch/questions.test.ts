import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { connect, Persistence } from '../aws/index.ts';
import { questions } from './questions.ts';

const denied = Object.assign(new Error('not authorized'), {
  name: 'AccessDeniedException',
  $fault: 'client',
  $metadata: { httpStatusCode: 403 },
});

async function asking() {
  const told: string[] = [];
  const account = await connect({ endpoint: 'http://127.0.0.1:9', region: 'eu-west-1' }, {});
  const { signal } = new AbortController();
  const persistence = new Persistence({ tell: () => undefined, wait: async () => undefined, signal });
  return { told, ...questions(account, persistence, (what, reason) => told.push(`${what}: ${reason}`)) };
}

test('a part that is wanted and refused is told once, and not asked for again', async () => {
  const { wanted, told } = await asking();
  let asked = 0;
  const ask = async (): Promise<never> => {
    asked += 1;
    throw denied;
  };
  expect([await wanted('The alarms', ask), await wanted('The alarms', ask)]).toEqual([undefined, undefined]);
  expect(told).toEqual(['The alarms: AccessDeniedException: not authorized']);
  expect(asked).toBe(1);
});

test('a part that is needed and refused is bad input', async () => {
  const { needed } = await asking();
  const reading = needed('The stack', () => Promise.reject(denied));
  await expect(reading).rejects.toThrow(UserError);
  await expect(reading).rejects.toThrow('The stack cannot be read. AccessDeniedException: not authorized');
});

test.each(['needed', 'wanted'] as const)('a bug of ours is no answer of the cloud: %s throws it', async (way) => {
  const bug = new TypeError('x is not a function');
  const ask = (await asking())[way];
  await expect(ask('The alarms', () => Promise.reject(bug))).rejects.toBe(bug);
});
