import { expect, test } from '@jest/globals';
import { inMemoryCatalogue } from '../in-memory-catalogue.ts';
import { asker, get } from '../testing/ask.ts';
import { unicorns } from '../unicorns.ts';

const herd = inMemoryCatalogue(unicorns);
const broken = asker({
  list: async () => {
    throw new Error('no table');
  },
});

test('the response line is bare JSON that names the function and version, without level or timestamp', async () => {
  const { responses } = await asker(herd)(get());
  expect(responses).toEqual([
    {
      log: 'response',
      function: 'uni-api-list:7',
      statusCode: 200,
      durationMs: expect.any(Number),
      requestId: '7e1c-request',
      coldStart: true,
    },
  ]);
});

test('only the first request of an environment is a cold start', async () => {
  const ask = asker(herd);
  expect((await ask(get())).responses).toEqual([expect.objectContaining({ coldStart: true })]);
  expect((await ask(get())).responses).toEqual([expect.objectContaining({ coldStart: false })]);
});

test('nothing that the caller sent is written', async () => {
  const ask = asker(herd);
  const secret = 'jane.doe@example.org';
  const event = {
    ...get({ limit: secret, cursor: secret }, { Authorization: secret, Cookie: secret }),
    path: `/unicorns/${secret}`,
    requestContext: { identity: { sourceIp: secret } },
  };
  expect((await ask(event)).written).not.toContain('jane');
  expect((await broken(event)).written).not.toContain('jane');
});

test('one EMF blob has both dimension sets, for the totals and for the version', async () => {
  const { metrics } = await asker(herd)(get({ limit: '3' }));
  expect(metrics).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'uni-api',
            Dimensions: [['service'], ['service', 'function_version']],
            Metrics: [
              { Name: 'Responses', Unit: 'Count' },
              { Name: 'Faults', Unit: 'Count' },
              { Name: 'Latency', Unit: 'Milliseconds' },
              { Name: 'UnicornsListed', Unit: 'Count' },
            ],
          },
        ],
      },
      service: 'list',
      function_version: '7',
      Responses: 1,
      Faults: 0,
      Latency: expect.any(Number),
      UnicornsListed: 3,
    },
  ]);
});

test.each([
  ['a 200', asker(herd), get(), { Faults: 0, UnicornsListed: 20 }],
  ['an empty 200', asker(inMemoryCatalogue([])), get(), { Faults: 0, UnicornsListed: 0 }],
  ['a 304', asker(herd), get(null, { 'If-None-Match': '*' }), { Faults: 0, UnicornsListed: undefined }],
  ['a 400', asker(herd), get({ limit: 'x' }), { Faults: 0, UnicornsListed: undefined }],
  ['a 500', broken, get(), { Faults: 1, UnicornsListed: undefined }],
])('%s counts its fault, and unicorns only when it is a 200', async (_name, ask, event, counted) => {
  const { metrics } = await ask(event);
  expect(metrics).toHaveLength(1);
  const [{ Responses, Faults, UnicornsListed } = {}] = metrics;
  expect({ Responses, Faults, UnicornsListed }).toEqual({ Responses: 1, ...counted });
});
