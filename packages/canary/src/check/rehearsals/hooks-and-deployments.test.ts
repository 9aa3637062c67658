/** Rehearsals: what hooks do to a release, and deployments that are refused or move nothing, as rules foretell. */
import { expect, test } from '@jest/globals';
import { deployments, WELL_WRITTEN } from './deployments.fixture.ts';
import { hookRehearsals, WELL_HOOKED } from './hooks.fixture.ts';
import { checkRehearsal, titled } from './rehearsal.fixture.ts';

test.each(WELL_HOOKED)('a hook that %s %s', async (_, __, happens, ends) => {
  expect(await happens()).toEqual(ends);
});

test.each(WELL_WRITTEN)('a release that is written by hand %s', async (_, happens, ends) => {
  expect(await happens()).toEqual(ends);
});

test.each(titled([...hookRehearsals, ...deployments]))('%s', async (_, rehearsal) => {
  await checkRehearsal(rehearsal);
});
