/** A scenario as its golden journal tells it. The same text comes out on every machine. */
import { goldenText } from './render/index.ts';
import { prepareScenario, type RehearsalEvent, type Repository, runRehearsal, tryOtherWays } from './rehearse/index.ts';

export interface ToldScenario {
  readonly text: string;
  /** Releases that did not end as the scenario says. */
  readonly unexpected: readonly string[];
}

export async function tellScenario(file: string, repository: Repository): Promise<ToldScenario> {
  const rehearsal = await prepareScenario(file, repository, { parameters: {} });
  const events: RehearsalEvent[] = [];
  const verdicts = await runRehearsal(rehearsal, { tell: (event) => void events.push(event) });
  const ways = await tryOtherWays(rehearsal, verdicts);
  const unexpected = verdicts.filter(({ isAsExpected }) => !isAsExpected).map(({ release }) => release);
  return { text: goldenText(rehearsal, events, verdicts, ways), unexpected };
}
