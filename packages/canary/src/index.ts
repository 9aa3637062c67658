/** What scripts ask of the command line's package. */
export { REPOSITORY } from './repository.ts';
export { findRunbook, findScenarios } from './rehearse/index.ts';
export { tellScenario, type ToldScenario } from './tell-scenario.ts';
