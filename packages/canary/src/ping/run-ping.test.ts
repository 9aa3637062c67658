import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { UserError } from '@unicorns/cloud';
import { interval } from './register-ping.ts';
import { runPing, type RunPingOptions } from './run-ping.ts';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on TCP.');
  return address.port;
}

/** Pings a server of this machine until `rows` lines were written; gives the lines, the last of them the totals. */
async function pingServer(rows: number, answer: RequestListener, timeoutMs = 10_000, user = '') {
  await using server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const pinged = await pingUntil(rows, `http://${user}127.0.0.1:${port}/unicorns`, timeoutMs);
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
  expect(lines[7]).toMatch(/^ {2}latency p50 \d+ ms, p95 \d+ ms, max \d+ ms$/);
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

test('a name and a password in the URL are sent as the server wants them', async () => {
  const seen: unknown[] = [];
  const note: RequestListener = ({ url, headers }, response) => {
    seen.push([url, headers.authorization]);
    response.end();
  };
  await pingServer(1, note, 10_000, 'jane:p%40ss@');
  expect(seen[0]).toEqual(['/unicorns', `Basic ${Buffer.from('jane:p@ss').toString('base64')}`]);
});

/** A server whose answers tell versions, or statuses, one after the other; the last one goes on. */
async function pingVersions(versions: readonly string[], options: RunPingOptions) {
  let requests = 0;
  await using server = createServer((_, response) => {
    const version = versions[Math.min(requests++, versions.length - 1)] ?? '';
    const isStatus = version.startsWith('=');
    response.writeHead(
      isStatus ? Number(version.slice(1)) : 200,
      isStatus ? {} : { 'X-Amz-Executed-Version': version },
    );
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines: string[] = [];
  const url = `http://127.0.0.1:${portOf(server)}/`;
  const totals = await runPing(url, { intervalMs: 20, write: (line) => lines.push(line), colour: false, ...options });
  server.closeAllConnections();
  return { lines, totals };
}

test.each([
  ['another version answers', ['7', '7', '8'], 'Changed: version 7 → version 8'],
  ['another status comes, where no version is told', ['=200', '=503'], 'Changed: status 200 → status 503'],
])('a ping until a change ends when %s', async (_, versions, line) => {
  const { lines, totals } = await pingVersions(versions, { untilChange: true });
  expect(lines).toContain(line);
  expect(totals).toMatchObject({ sent: versions.length, hasChanged: true });
});

test('a status alone is no change as long as the version is told', async () => {
  const stop = new AbortController();
  const write = (): void => void (requests++ === 3 && stop.abort());
  let requests = 0;
  const { totals } = await pingVersions(['7'], { untilChange: true, write, signal: stop.signal });
  expect(totals.hasChanged).toBe(false);
});

test('as JSON, every request and the totals are a document a line', async () => {
  const { lines } = await pingVersions(['7', '8'], { untilChange: true, json: true });
  const documents = lines.map((line): unknown => JSON.parse(line));
  expect(documents[0]).toMatchObject({ type: 'request', kind: 'answered', status: 200, version: '7' });
  expect(documents.slice(2)).toEqual([
    { type: 'changed', before: 'version 7', after: 'version 8' },
    expect.objectContaining({ type: 'totals', sent: 2, byStatus: { 200: 2 }, byVersion: { 7: 1, 8: 1 } }),
  ]);
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

test('requests that are unanswered at the end are told beside the totals', async () => {
  let requests = 0;
  const { lines, totals } = await pingServer(1, (_, response) => {
    requests += 1;
    if (requests === 2) response.end();
  });
  expect(totals).toMatchObject({ sent: 1, failed: 0 });
  expect(totals.unanswered).toBeGreaterThan(0);
  expect(lines.at(-1)).toBe(`${totals.unanswered} more not answered yet`);
});

test('a port that browsers keep clear of is one like others', async () => {
  const { lines } = await pingUntil(1, 'http://127.0.0.1:6000/');
  expect(lines[0]).toMatch(/ (?:---.* connect ECONNREFUSED 127\.0\.0\.1:6000$|\d+ ms)/);
});

test('what a server says that knows no TLS is one line', async () => {
  await using server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { lines } = await pingUntil(1, `https://127.0.0.1:${portOf(server)}/`);
  server.closeAllConnections();
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}--- .*\bwrong version number\b.*[^\s]$/);
});

test.each(['', 'unicorns', 'localhost:3000', 'ftp://example.com/', 'http://'])(
  'the address "%s" is refused with what to give instead',
  async (address) => {
    const pinged = runPing(address);
    await expect(pinged).rejects.toThrow(UserError);
    await expect(pinged).rejects.toThrow(/begins with http:\/\/ or https:\/\//);
  },
);

test.each([
  ['1/s', 1_000],
  ['10/s', 100],
  ['30/min', 2_000],
  ['1000/s', 1],
])('at %s a request is sent every %i ms', (rate, intervalMs) => {
  expect(interval(rate)).toBe(intervalMs);
});

test.each(['', '10', '0/s', '1001/s', '5/h', '-1/s'])('the rate "%s" is refused', (rate) => {
  expect(() => interval(rate)).toThrow(/a rate such as 10\/s or 30\/min/);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it with the totals', async (signal) => {
  await using server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines: string[] = [];
  const write = (line: string) => {
    if (lines.push(line) === 2) process.emit(signal);
  };
  const url = `http://127.0.0.1:${portOf(server)}/`;
  const { sent } = await runPing(url, { intervalMs: 2, write, colour: false });
  server.closeAllConnections();
  expect(sent).toBe(2);
  expect(lines[2]).toBe('2 requests');
});
