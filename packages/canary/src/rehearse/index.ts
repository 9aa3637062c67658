/** Rehearsals: what they are made of, how they run, what they tell. They render nothing. */
export { type OtherWay, tryOtherWays } from './other-ways.ts';
export { prepareOptions, type RehearseOptions } from './prepare-options.ts';
export { describeFaults, type FaultDescription } from './faults/describe-faults.ts';
export type { FaultKind } from './faults/fault.ts';
export { EXPECTATIONS, type Expectation, type Rehearsal, type Release, type ReleaseOutcome } from './rehearsal.ts';
export type { RehearsalEvent, Requests, Share, Status } from './report/events.ts';
export { addRequests } from './report/count-requests.ts';
export { gateName, isJudged, type Verdict, wordsOf } from './report/verdict.ts';
export { runRehearsal, type RunOptions } from './run-rehearsal.ts';
export { requireDeclared } from './scenario/override-parameters.ts';
export {
  findRunbook,
  findScenarios,
  prepareScenario,
  type Repository,
  type ScenarioOverrides,
} from './scenario/prepare-scenario.ts';
export { parseTraffic, WORKSHOP_TRAFFIC } from './traffic/parse-traffic.ts';
