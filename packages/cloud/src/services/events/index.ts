/** EventBridge: events meet the rules of their bus, and go to targets. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { reactions } from './service-events.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'events', apply, operations, reactions };

export { initialEvents, type EventDelivered, type EventPut } from './state.ts';
export { readPattern } from './event-pattern.ts';
