export { runPing, type RunPingOptions } from './run-ping.ts';
export type { Totals } from './totals.ts';
