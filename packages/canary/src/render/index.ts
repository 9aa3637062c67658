/** What a rehearsal looks like: on a terminal, as plain text, as JSON, as a golden journal. It decides nothing. */
export { goldenText } from './golden.ts';
export { inOrder, type Turn } from './in-order.ts';
export { journalLine, reportOf, type RehearsalReport } from './json.ts';
export { clock, paint, PLAIN, type Style, wrap } from './style.ts';
export { tableOf } from './table.ts';
export { Terminal } from './terminal.ts';
