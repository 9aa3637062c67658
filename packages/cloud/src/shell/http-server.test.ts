import { afterEach, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import type { WireRequest, WireResponse } from '../wire/index.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';

const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((it) => it.close())));

async function serve(options: Partial<HttpServerOptions>): Promise<HttpServer> {
  const server = await createHttpServer({ handle: echo, ...options });
  servers.push(server);
  return server;
}

const echo = ({ method, url, headers, body }: WireRequest): WireResponse => ({
  status: 201,
  headers: { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] },
  body: JSON.stringify({ method, url, custom: headers['x-custom'], body: Buffer.from(body).toString() }),
});

/** What comes back for raw bytes on a connection. */
async function raw({ url }: HttpServer, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

test('a request arrives whole and its answer goes back whole', async () => {
  const { url } = await serve({});
  const response = await fetch(`${url}/a%20b?c=%3D`, {
    method: 'PUT',
    headers: { 'X-Custom': 'yes' },
    body: 'é'.repeat(100_000),
  });
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(response.headers.has('date')).toBe(false);
  expect(await response.json()).toEqual({
    method: 'PUT',
    url: '/a%20b?c=%3D',
    custom: 'yes',
    body: 'é'.repeat(100_000),
  });
});

test('a body beyond the limit is refused', async () => {
  const { url } = await serve({ maxBodyBytes: 1000 });
  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(1001) });
  expect(response.status).toBe(413);
  expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(201);
});

test('a bug behind the server is a 500, and is told', async () => {
  const told: unknown[] = [];
  const bug = new Error('oops');
  const { url } = await serve({ handle: () => Promise.reject(bug), onError: (error) => told.push(error) });
  expect((await fetch(url)).status).toBe(500);
  expect(told).toEqual([bug]);
});

test('an answer that HTTP cannot carry is a 500', async () => {
  const told: unknown[] = [];
  const { url } = await serve({
    handle: () => ({ status: 200, headers: { 'x-bad': 'a\nb' }, body: '' }),
    onError: (error) => told.push(error),
  });
  expect((await fetch(url)).status).toBe(500);
  expect(told).toHaveLength(1);
});

test.each([
  '\0\0\0\0\r\n\r\n',
  'GET\r\n\r\n',
  'POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n',
  `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
])('garbage %#, 400 and the server lives', async (garbage) => {
  const server = await serve({});
  expect(await raw(server, garbage)).toMatch(/^HTTP\/1.1 400 /);
  expect((await fetch(server.url)).status).toBe(201);
});

test('a client that goes away in the middle of its body does no harm', async () => {
  const told: unknown[] = [];
  const server = await serve({ onError: (error) => told.push(error) });
  await raw(server, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc');
  expect((await fetch(server.url)).status).toBe(201);
  expect(told).toEqual([]);
});

test('a port that is taken is an error', async () => {
  const { url } = await serve({});
  await expect(createHttpServer({ handle: echo, port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
