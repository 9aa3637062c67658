/** EventBridge: rules, targets and events, recorded. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'events', apply, operations };

export { initialEvents, type EventPut } from './state.ts';
