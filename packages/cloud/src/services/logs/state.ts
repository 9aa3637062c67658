import type { Instant } from '../../instant.ts';

export interface LogsState {
  readonly groups: Map<string, unknown>;
}

export interface LogEvent {
  readonly at: Instant;
  readonly message: string;
}

export interface EventsIngested {
  readonly type: 'logs.EventsIngested';
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly LogEvent[];
}

export type LogsFact = EventsIngested;
