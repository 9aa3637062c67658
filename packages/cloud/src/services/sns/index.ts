/** SNS: topics that hear what is published, and tell the journal who gets it. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { reactions } from './publish.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'sns', apply, operations, reactions };

export { initialSns, type MessageDelivered, type MessagePublished } from './state.ts';
