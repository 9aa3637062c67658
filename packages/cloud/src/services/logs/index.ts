/** CloudWatch Logs: groups, streams, the filter-pattern language, metric filters, the embedded metric format. */
import type { Service } from '../../contract.ts';
import { publishDefaults } from './default-value.ts';
import { readEvents } from './ingest-events.ts';
import { operations } from './operations.ts';
import { apply } from './state.ts';

export const service: Service = {
  name: 'logs',
  apply,
  wake: publishDefaults,
  reactions: { 'logs.EventsIngested': readEvents },
  operations,
};

export { ingest } from './ingest-events.ts';
export { initialLogs } from './state.ts';
export type { FindingNoticed, LogEvent, LogGroup, MetricFilter } from './state.ts';
export { compilePattern, filterLine } from './filter-pattern/compile-pattern.ts';
export type { FilterPattern, MatchingRules } from './filter-pattern/compile-pattern.ts';
export { UNDOCUMENTED } from './filter-pattern/undocumented.ts';
