/** SNS: topics that hear what is published and tell it in the journal. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { reactions } from './publish.ts';
import { apply } from './state.ts';

export const service: Service = { name: 'sns', apply, operations, reactions };

export { initialSns, type MessagePublished } from './state.ts';
