/** A rehearsal held against what AWS did: assumptions become evidence. */
export { against, type Against } from './against.ts';
export { comparisonLines } from './comparison-lines.ts';
export { JournalEvents } from './journal-events.ts';
export { recordedOutcome, withRecordedTraffic } from './replay-recording.ts';
