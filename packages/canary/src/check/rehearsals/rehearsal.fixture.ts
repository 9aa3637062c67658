/** A rehearsal that shows what a rule foretells: the template trips the rule, and then it happens. */
import { expect } from '@jest/globals';
import { type Changes, type Code, findingsOf } from '../judged.fixture.ts';
import { release, Shop, shopTemplate, type ShopOptions, WELL } from './shop.fixture.ts';

export interface Rehearsal {
  readonly rule: string;
  /** What is seen, as a sentence. */
  readonly shows: string;
  readonly changes: Changes;
  /** What the check reads beside the template. */
  readonly code?: Code;
  readonly happens: (changes: Changes) => Promise<unknown>;
  /** What `happens` gives. */
  readonly ends: unknown;
}

/** The fault reaches everybody. */
export const goesThrough = (rule: string, changes: Changes, fault: string, options?: ShopOptions): Rehearsal => ({
  rule,
  shows: 'a fault goes through',
  changes,
  happens: () => release(changes, fault, options),
  ends: 'updated',
});

/** A release without a fault is taken back. */
export const stopsGood = (rule: string, changes: Changes, options?: ShopOptions): Rehearsal => ({
  rule,
  shows: 'a good release is stopped',
  changes,
  happens: () => release(changes, WELL, options),
  ends: 'rolledBack',
});

/** The stack is not even made. */
export const isRefused = (rule: string, changes: Changes, ends: 'refused' | 'failed' = 'failed'): Rehearsal => ({
  rule,
  shows: 'the first deployment fails',
  changes,
  async happens() {
    await using shop = await Shop.open(changes);
    return await shop.deploy(WELL);
  },
  ends,
});

export async function checkRehearsal({ rule, changes, code, happens, ends }: Rehearsal): Promise<void> {
  expect(findingsOf(shopTemplate(changes), {}, code).map((it) => it.rule)).toContain(rule);
  expect(await happens(changes)).toEqual(ends);
}

/** Rows of a table of tests. */
export const titled = (rehearsals: readonly Rehearsal[]): readonly (readonly [string, Rehearsal])[] =>
  rehearsals.map((it) => [`${it.rule}: ${it.shows}`, it]);
