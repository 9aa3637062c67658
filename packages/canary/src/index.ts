/** The command line's rooms, for tests, goldens and benches. */
export { goldenText } from './render/index.ts';
export { findScenarios, prepareScenario, runRehearsal, tryOtherWays } from './rehearse/index.ts';
