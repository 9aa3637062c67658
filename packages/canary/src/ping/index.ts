export type { Pinged } from './ping.ts';
export { registerPing } from './register-ping.ts';
export { runPing, type RunPingOptions } from './run-ping.ts';
