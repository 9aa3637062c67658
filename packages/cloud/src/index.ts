/** The embedded cloud's one door. It knows nothing of unicorns, nor of the command line. */
export { type Assumption, type AssumptionName, ASSUMPTIONS } from './assumption-list.ts';
export { type Assumptions, DEFAULT_ASSUMPTIONS, DEFAULT_DELAYS, type Delays } from './assumptions.ts';
export { AwsError } from './aws-error.ts';
export {
  type Cloud,
  type CloudOptions,
  createCloud,
  type Deployment,
  type DeployOutcome,
  type Intervention,
} from './cloud.ts';
export type { CompiledTemplate } from './services/cloudformation/index.ts';
export type { Fact } from './effects.ts';
export { after, floorTo, HOUR, Instant, isoTime, MINUTE, SECOND } from './instant.ts';
export type { CallAnswered, Journal, JournalEntry } from './journal.ts';
export { createRandom, type Random } from './random.ts';
export { packageCode, packageFiles } from './shell/package-code.ts';
export {
  type ApiTraffic,
  arrivals,
  type InvokeTraffic,
  type RateStep,
  type Traffic,
  type TrafficRequest,
} from './traffic.ts';
export { formatProblem, type Problem, UserError } from './user-error.ts';
export { emulates } from './world.ts';
export type { Artifact, World } from './world-state.ts';

export * from './inspect.ts';
