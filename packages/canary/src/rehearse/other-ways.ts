/**
 * A verdict that hangs on a rule AWS does not document is reached again with the other answer. Only those assumptions
 * are tried that the rehearsal has met; delays are not among them: they move times, and are printed.
 */
import { type AssumptionName, type Assumptions, DEFAULT_ASSUMPTIONS } from '@unicorns/cloud';
import type { Rehearsal } from './rehearsal.ts';
import { runRehearsal } from './run-rehearsal.ts';
import type { Verdict } from './report/verdict.ts';

/** What happens when an assumption is turned round: the verdicts that come out otherwise, if any. */
export interface OtherWay {
  readonly assumption: AssumptionName;
  readonly verdicts: readonly Verdict[];
  /** Names of the releases whose outcome is another one. */
  readonly changed: readonly string[];
}

const TURNED: { readonly [N in AssumptionName]?: Partial<Assumptions> } = {
  'json-text-prefix': { jsonFilterMatchesTextPrefix: !DEFAULT_ASSUMPTIONS.jsonFilterMatchesTextPrefix },
  'linear-intervals': { linearIntervals: 'n' },
  'alarms-watched-during-hooks': { alarmsWatchedDuringHooks: !DEFAULT_ASSUMPTIONS.alarmsWatchedDuringHooks },
  'executed-version-unweighted': { executedVersionWithoutWeights: !DEFAULT_ASSUMPTIONS.executedVersionWithoutWeights },
};

export async function tryOtherWays(rehearsal: Rehearsal, verdicts: readonly Verdict[]): Promise<readonly OtherWay[]> {
  const met = new Set(verdicts.flatMap(({ dependsOn }) => dependsOn));
  const ways: OtherWay[] = [];
  for (const assumption of met) {
    const turned = TURNED[assumption];
    if (turned === undefined) continue;
    const assumptions = { ...DEFAULT_ASSUMPTIONS, ...turned };
    const others = await runRehearsal(rehearsal, { tell: () => undefined, assumptions });
    const changed = others.filter((it, index) => it.outcome !== verdicts[index]?.outcome).map(({ release }) => release);
    ways.push({ assumption, verdicts: others, changed });
  }
  return ways;
}
