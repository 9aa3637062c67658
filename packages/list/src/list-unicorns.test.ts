import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Catalogue } from './catalogue.ts';
import { cursorAfter } from './cursor.ts';
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { whyRefused } from './middlewares/gateway-answer.ts';
import { Problem } from './problem.ts';
import { asker, get, type Asked } from './testing/ask.ts';
import { unicorns } from './unicorns.ts';

const ask = asker(inMemoryCatalogue(unicorns));

const failing = (error: unknown) =>
  asker({
    list: async () => {
      throw error;
    },
  });

const bodyOf = ({ answer }: Asked) => JSON.parse(answer.body);

test('a page has twenty unicorns unless limit says otherwise', async () => {
  expect(bodyOf(await ask(get())).unicorns).toHaveLength(20);
  expect(bodyOf(await ask(get({ limit: '3' }))).unicorns).toEqual(unicorns.slice(0, 3));
});

test('pages of any size, followed by their cursors, list every unicorn once and end without a cursor', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
      const listed: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = bodyOf(await ask(get({ limit: `${limit}`, ...(cursor !== undefined && { cursor }) })));
        listed.push(...page.unicorns);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(listed).toEqual(unicorns);
    }),
    { numRuns: 25 },
  );
});

const badRequests: [string, object | null, readonly string[]][] = [
  ['a limit of zero', get({ limit: '0' }), ['limit']],
  ['a limit beyond 100', get({ limit: '101' }), ['limit']],
  ['an empty limit', get({ limit: '' }), ['limit']],
  ['a limit with a sign', get({ limit: '+5' }), ['limit']],
  ['a limit in digits of another script', get({ limit: '٣' }), ['limit']],
  ['a limit given twice', { ...get(), multiValueQueryStringParameters: { limit: ['5', '5'] } }, ['limit']],
  ['a cursor that no page gave', get({ cursor: 'u-003' }), ['cursor']],
  ['a cursor with a stray character', get({ cursor: 'YWZ0ZXI6dS0wMDI=' }), ['cursor']],
  ['both wrong', get({ limit: 'x', cursor: '' }), ['limit', 'cursor']],
  ['another method', { ...get(), httpMethod: 'POST' }, ['method']],
  ['no event at all', null, ['method']],
];

test.each(badRequests)('%s is a 400 that names what is wrong', async (_name, event, names) => {
  const asked = await ask(event ?? Object(null));
  expect(asked.answer.statusCode).toBe(400);
  expect(asked.answer.headers).toEqual({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
  const problem = bodyOf(asked);
  expect(problem).toMatchObject({ title: 'Bad Request', status: 400 });
  expect(problem.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual(names);
});

test('parameters that are not ours change nothing', async () => {
  const { answer } = await ask(get({ utm_source: 'mail' }));
  expect(answer).toEqual((await ask(get())).answer);
});

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('5', '0', '-1', '1e2', 'YWZ0ZXI6dS0wMDI'),
);
const cursor = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/).map(cursorAfter);
const huge = fc.integer({ min: 0, max: 50_000 }).map((length) => 'a,"W/'.repeat(length / 5));
const value = fc.oneof({ weight: 9, arbitrary: fc.oneof(text, cursor) }, { weight: 1, arbitrary: huge });
const names = fc.oneof(
  fc.constantFrom('limit', 'cursor', 'If-None-Match', 'if-none-match', '__proto__', 'constructor'),
  text,
);
const map = fc.option(fc.dictionary(names, value), { nil: null });
const lists = fc.option(fc.dictionary(names, fc.array(value, { maxLength: 3 })), { nil: null });
const anyRequest = fc.record(
  {
    httpMethod: fc.oneof(fc.constantFrom('GET', 'POST', 'HEAD', 'get', 'PROPFIND'), text),
    path: text,
    resource: text,
    headers: map,
    multiValueHeaders: lists,
    queryStringParameters: map,
    multiValueQueryStringParameters: lists,
    pathParameters: map,
    body: fc.option(value, { nil: null }),
    isBase64Encoded: fc.boolean(),
  },
  { requiredKeys: [] },
);

test('no request that a caller can make gives 401 to 499 or 5xx, or turns a metric; each writes one line and one EMF blob', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (event) => {
      const { answer, responses, metrics } = await ask(event);
      expect([200, 304, 400]).toContain(answer.statusCode);
      expect(responses).toHaveLength(1);
      expect(responses[0]).toMatchObject({ statusCode: answer.statusCode });
      expect(metrics).toHaveLength(1);
      expect(metrics[0]?.['UnicornsListed'] ?? 1).toBeGreaterThanOrEqual(1);
      expect(metrics[0]).toMatchObject({ Faults: 0 });
    }),
    { numRuns: 400 },
  );
});

const endless = new Error('in a circle');
endless.cause = endless;
const anyThrown = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }),
  fc.integer({ min: -1, max: 1_000 }).map((status) => new Problem(status, 'What the table says.')),
  fc.constantFrom<unknown>(endless, Object.freeze({}), Object.freeze(new Error('frozen')), Object.create(null)),
);
const anyPage = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true }),
  fc.record({ unicorns: fc.array(fc.anything({ withBigInt: true })), more: fc.boolean() }),
);
const anyCatalogue = fc.oneof(
  anyThrown.map((thrown) => ({ list: async () => Promise.reject(thrown) })),
  anyThrown.map((thrown) => ({
    list: () => {
      throw thrown;
    },
  })),
  anyPage.map((page) => ({ list: async () => page })),
);

test('whatever the catalogue does, API Gateway gets an answer that it takes, and each request writes one line and one EMF blob', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(get(), get({ limit: '2' })), anyCatalogue, async (event, unreliable) => {
      const { answer, responses, metrics } = await asker(unreliable as Catalogue)(event);
      expect(whyRefused(answer)).toBeUndefined();
      expect(responses).toEqual([expect.objectContaining({ statusCode: answer.statusCode })]);
      expect(metrics).toEqual([expect.objectContaining({ Responses: 1, Faults: answer.statusCode >= 500 ? 1 : 0 })]);
    }),
    { numRuns: 200 },
  );
});

test('a cursor past the end gives an empty page that the business metric leaves out', async () => {
  const { answer, metrics } = await ask(get({ cursor: cursorAfter('zzz') }));
  expect(answer).toMatchObject({ statusCode: 200, body: '{"unicorns":[]}' });
  expect(metrics[0]).not.toHaveProperty('UnicornsListed');
});

test('what was thrown inside stays inside, and is in the log', async () => {
  const { answer, written, responses } = await failing(new Error('table unicorns-prod is on fire'))(get());
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toMatch(/fire|prod|at .*:[0-9]+/);
  expect(written).toMatch(/table unicorns-prod is on fire/);
  expect(responses).toEqual([expect.objectContaining({ statusCode: 500 })]);
});

test('an error whose cause leads back to it is in the log, too', async () => {
  const { answer, written } = await failing(endless)(get());
  expect(answer.statusCode).toBe(500);
  expect(written).toMatch(/in a circle.*list-unicorns\.test/);
});

test.each([['a string'], [undefined], [null], [{ statusCode: 418 }]])('a thrown %p is a 500', async (thrown) => {
  expect((await failing(thrown)(get())).answer.statusCode).toBe(500);
});

test('a catalogue may answer with a status of its own', async () => {
  const asked = await failing(new Problem(503, 'The catalogue is closed for a moment.'))(get());
  expect(bodyOf(asked)).toMatchObject({ status: 503, detail: 'The catalogue is closed for a moment.' });
  expect(asked.responses).toEqual([expect.objectContaining({ statusCode: 503 })]);
});

test('a catalogue that hangs is answered before Lambda ends the request without a trace', async () => {
  const hanging = asker({ list: () => new Promise<never>(() => undefined) }, 101);
  const { answer, responses } = await hanging(get());
  expect(answer.statusCode).toBe(500);
  expect(responses).toHaveLength(1);
});

test('an answer that API Gateway would refuse becomes a logged 500', async () => {
  const giant = asker(inMemoryCatalogue(unicorns.map((unicorn) => ({ ...unicorn, name: 'x'.repeat(500_000) }))));
  const { answer, written, responses } = await giant(get());
  expect(answer.statusCode).toBe(500);
  expect(written).toMatch(/API Gateway would refuse the answer.*larger than 6291556 bytes/);
  expect(responses).toEqual([expect.objectContaining({ statusCode: 500 })]);
});
