/** The events under infra/events are for `sam local invoke ListFunction -e …`; each gets the answer that its name promises. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { catalogue } from './catalogue.ts';
import { listUnicorns } from './list-unicorns.ts';

async function checkEvent(name: string, expected: unknown): Promise<void> {
  const text = await readFile(new URL(`../../../infra/events/${name}.json`, import.meta.url), 'utf8');
  const answer = listUnicorns(catalogue, JSON.parse(text)).then(
    ({ unicorns }) => unicorns.map(({ id }) => id),
    (error: unknown) => error,
  );
  expect(await answer).toEqual(expected);
}

test('list.json gets the first page', async () => {
  await checkEvent('list', expect.arrayContaining(['u-001', 'u-002', 'u-020']));
});

test('second-page.json gets the page after its cursor', async () => {
  await checkEvent('second-page', ['u-003', 'u-004']);
});

test('bad-limit.json is refused with 400', async () => {
  await checkEvent('bad-limit', expect.objectContaining({ status: 400 }));
});
