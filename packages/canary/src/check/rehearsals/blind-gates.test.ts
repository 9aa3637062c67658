/** Rehearsals: a fault that a good gate stops goes through the gates that rules call blind, and good releases are stopped. */
import { expect, test } from '@jest/globals';
import { OWN_RULES } from '../check-templates.ts';
import { RULES } from '../rules/index.ts';
import { blindGates, closedGates, WELL_GUARDED } from './blind-gates.fixture.ts';
import { deployments } from './deployments.fixture.ts';
import { hookRehearsals } from './hooks.fixture.ts';
import { NOT_SHOWN } from './not-shown.fixture.ts';
import { checkRehearsal, titled } from './rehearsal.fixture.ts';

test.each(WELL_GUARDED)('a good gate knows a release %s', async (_, happens, ends) => {
  expect(await happens()).toBe(ends);
});

test.each(titled([...blindGates, ...closedGates]))('%s', async (_, rehearsal) => {
  await checkRehearsal(rehearsal);
});

test('every rule is shown in a rehearsal, or it is said why it cannot be', () => {
  const shown = [...blindGates, ...closedGates, ...hookRehearsals, ...deployments].map(({ rule }) => rule);
  const told = [...new Set(shown), ...Object.keys(NOT_SHOWN)];
  expect(told.toSorted()).toEqual([...RULES, ...OWN_RULES].map(({ id }) => id).toSorted());
});
