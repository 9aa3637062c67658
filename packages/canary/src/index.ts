/** What scripts ask of the command line's package. */
export { REPOSITORY } from './command-line.ts';
export { findRunbook, findScenarios } from './rehearse/index.ts';
export { tellScenario, type ToldScenario } from './tell-scenario.ts';
