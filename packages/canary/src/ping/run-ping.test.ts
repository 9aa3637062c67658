import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { runPing } from './run-ping.ts';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on TCP.');
  return address.port;
}

/** Pings a server of this machine until `rows` lines were written; gives the lines, the last of them the totals. */
async function pingServer(rows: number, answer: RequestListener, timeoutMs = 10_000) {
  await using server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const pinged = await pingUntil(rows, `http://127.0.0.1:${port}/unicorns`, timeoutMs);
  server.closeAllConnections();
  return pinged;
}

async function pingUntil(rows: number, url: string, timeoutMs = 10_000) {
  const stop = new AbortController();
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    if (lines.length === rows) stop.abort();
  };
  const totals = await runPing(url, { intervalMs: 2, timeoutMs, write, colour: false, signal: stop.signal });
  return { lines, totals };
}

test('every answer has a row, and the totals come last', async () => {
  let requests = 0;
  const { lines, totals } = await pingServer(4, (_, response) => {
    requests += 1;
    response.writeHead(requests % 2 === 0 ? 503 : 200).end('{}');
  });
  expect(lines.slice(0, 4).every((line) => /^\d\d:\d\d:\d\d {2}(200|503) +\d+ ms$/.test(line))).toBe(true);
  expect(lines[4]).toBe('4 requests');
  expect(lines.at(-1)).toMatch(/^ {2}latency p50 \d+ ms, p95 \d+ ms, max \d+ ms$/);
  expect(totals.sent).toBe(4);
  expect([...totals.byStatus.keys()]).toEqual([200, 503]);
});

test('a request is a GET of the URL as given, past every cache', async () => {
  const seen: unknown[] = [];
  await pingServer(1, ({ method, url, headers }, response) => {
    seen.push([method, url, headers['cache-control']]);
    response.end();
  });
  expect(seen[0]).toEqual(['GET', '/unicorns', 'no-cache']);
});

test('a redirect is shown and not followed', async () => {
  const { totals } = await pingServer(1, (_, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect([...totals.byStatus]).toEqual([[302, 1]]);
});

test('a slow answer does not keep the next request waiting', async () => {
  const held: (() => void)[] = [];
  const { totals } = await pingServer(3, (_, response) => {
    held.push(() => response.end());
    if (held.length >= 3) for (const release of held.splice(0)) release();
  });
  expect(totals.byStatus.get(200)).toBe(3);
});

test('a refused connection is a row that says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  const { lines, totals } = await pingUntil(2, `http://127.0.0.1:${port}/`);
  expect(lines[0]).toMatch(/ {2}---.* connect ECONNREFUSED /);
  expect(totals).toMatchObject({ sent: 2, failed: 2, latency: undefined });
});

test('a connection that breaks within the answer is a row', async () => {
  const { totals } = await pingServer(1, (_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('12345', () => response.destroy());
  });
  expect(totals).toMatchObject({ sent: 1, failed: 1 });
});

test('no answer in time is a row that names the time', async () => {
  const { lines } = await pingServer(1, () => undefined, 20);
  expect(lines[0]).toContain('no answer within 0.02 s');
});

test('requests that are unanswered at the end count nowhere', async () => {
  let requests = 0;
  const { totals } = await pingServer(1, (_, response) => {
    requests += 1;
    if (requests === 2) response.end();
  });
  expect(totals).toMatchObject({ sent: 1, failed: 0 });
});

test.each(['', 'unicorns', 'localhost:3000', 'ftp://example.com/', 'http://'])(
  'the address "%s" is refused with what to give instead',
  async (address) => {
    const pinged = runPing(address);
    await expect(pinged).rejects.toThrow(UserError);
    await expect(pinged).rejects.toThrow(/begins with http:\/\/ or https:\/\//);
  },
);
