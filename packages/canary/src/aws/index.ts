/** How a command reaches an account, or an embedded cloud in its place. */
export { type AccountOptions, withAccountOptions } from './account-options.ts';
export { type CloudClock } from './cloud-clock.ts';
export { type Account, connect } from './connect.ts';
export { asUserError, errorText, member, type Patience, Persistence, realWait, type Trouble } from './persistently.ts';
