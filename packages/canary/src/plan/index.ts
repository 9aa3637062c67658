/** Foresight: how likely and how fast the gates of a template catch a fault, before anything is deployed. */
export { registerPlan } from './command.ts';
export { NINE } from './parse-options.ts';
export { plan, type ConfigurationPlan, type Interval, type Odds, type PlanResult } from './plan.ts';
export {
  type Configuration,
  DEFAULT_NOISE,
  type FaultModel,
  type Gate,
  NO_DELAYS,
  type Noise,
  type PlanInput,
  type Timing,
  type TrafficModel,
} from './plan-input.ts';
export { type PlanReport, planReport } from './plan-report.ts';
export { readDeployments, type TemplateDeployment } from './read-deployments.ts';
export { type Cell, proveGrid, type Proved } from './prove-grid.ts';
export { planJson } from './render-json.ts';
export { planLines } from './render-table.ts';
export { type PlanOptions, runPlan, timingFor } from './run-plan.ts';
export { normalQuantile } from './tail-probabilities.ts';
