/** What jest and the rehearsal say about themselves in JSON, as suites of a JUnit report. */
import { relative } from 'node:path';
import type { Case, Suite } from './junit-xml.ts';

/** The part of `jest --json` that is read here. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    /** Set when the file itself could not run. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** One suite per test file, named by its path from `root`. */
export function suitesOfJest({ testResults }: JestResults, root: string): readonly Suite[] {
  return testResults.map(({ name, message, assertionResults }) => {
    const cases = assertionResults.map(({ fullName, status, duration, failureMessages }): Case => {
      const seconds = (duration ?? 0) / 1_000;
      if (status === 'failed') return { name: fullName, seconds, failure: (failureMessages ?? []).join('\n') };
      return { name: fullName, seconds, ...(status !== 'passed' && { isSkipped: true }) };
    });
    const broken: Case = { name: 'the file runs', seconds: 0, failure: message };
    return { name: relative(root, name), cases: cases.length === 0 && message !== '' ? [broken] : cases };
  });
}

/** The part of `rehearse --json` that is read here. */
interface Rehearsals {
  readonly rehearsals: readonly {
    readonly title: string;
    readonly releases: readonly {
      readonly release: string;
      readonly outcome: string;
      readonly isAsExpected: boolean;
      readonly difference?: string;
    }[];
  }[];
}

/** One suite per rehearsal, one case per release: it passes when the release ended as the scenario says. */
export function suitesOfRehearsals({ rehearsals }: Rehearsals): readonly Suite[] {
  return rehearsals.map(({ title, releases }) => ({
    name: title,
    cases: releases.map(({ release, outcome, isAsExpected, difference }): Case => {
      const name = `${release}: ${outcome}`;
      return isAsExpected
        ? { name, seconds: 0 }
        : { name, seconds: 0, failure: difference ?? 'It did not end as expected.' };
    }),
  }));
}
