import { styleText } from 'node:util';
import type { Outcome } from './send-request.ts';
import type { Totals } from './totals.ts';

/** `14:03:07  200      43 ms  v8`, local time; a request without an answer has a dash and the reason. */
export function rowOf(outcome: Outcome, startedAt: Date, colour: boolean): string {
  const time = timeOf(startedAt);
  const latency = milliseconds(outcome.latencyMs).padStart(9);
  if (outcome.kind === 'failed') return `${time}  ${paint(undefined, '---', colour)}${latency}  ${outcome.reason}`;
  const version = outcome.version === undefined ? '' : `  ${versionText(outcome.version)}`;
  return `${time}  ${paint(outcome.status, String(outcome.status), colour)}${latency}${version}`;
}

/** `14:03:07  last 10 s: 100 requests   200 ×96   503 ×4   p95 48 ms   v7 ×90   v8 ×10` */
export function summaryLine(totals: Totals, seconds: number, endedAt: Date, colour: boolean): string {
  const { sent, failed, byStatus, byVersion, latency } = totals;
  const parts = [
    `last ${seconds} s: ${requestsText(sent)}`,
    ...[...byStatus].map(([status, count]) => `${paint(status, String(status), colour)} ×${count}`),
    ...(failed > 0 ? [`${paint(undefined, '---', colour)} ×${failed}`] : []),
    ...(latency === undefined ? [] : [`p95 ${milliseconds(latency.p95Ms)}`]),
    ...[...byVersion].map(([version, count]) => `${versionText(version)} ×${count}`),
  ];
  return `${timeOf(endedAt)}  ${parts.join('   ')}`;
}

const timeOf = (at: Date): string => at.toTimeString().slice(0, 8);
const requestsText = (count: number): string => `${count} ${count === 1 ? 'request' : 'requests'}`;

/** Lambda's versions are numbers; what a handler of one's own sends is shown as it is. */
const versionText = (version: string): string => (/^\d+$/.test(version) ? `v${version}` : version);

/** A few lines: how many requests, what became of them, how long the answers took. */
export function totalsLines(totals: Totals, colour: boolean): string[] {
  const lines = [requestsText(totals.sent)];
  for (const [status, count] of totals.byStatus) {
    lines.push(`  ${paint(status, String(status), colour)}  ${shareOf(count, totals.sent)}`);
  }
  if (totals.failed > 0) lines.push(`  ${paint(undefined, '---', colour)}  ${shareOf(totals.failed, totals.sent)}`);
  for (const [version, count] of totals.byVersion) {
    lines.push(`  ${versionText(version).padEnd(3)}  ${shareOf(count, totals.sent)}`);
  }
  if (totals.latency !== undefined) {
    const { p50Ms, p95Ms, maxMs } = totals.latency;
    lines.push(`  latency p50 ${milliseconds(p50Ms)}, p95 ${milliseconds(p95Ms)}, max ${milliseconds(maxMs)}`);
  }
  return lines;
}

/** Red from 400 and where there is no status at all, green below 300, yellow between. */
function paint(status: number | undefined, text: string, colour: boolean): string {
  if (!colour) return text;
  const format = status === undefined || status >= 400 ? 'red' : status < 300 ? 'green' : 'yellow';
  return styleText(format, text, { validateStream: false });
}

function shareOf(count: number, all: number): string {
  return `${String(count).padStart(6)}  ${((100 * count) / all).toFixed(1).padStart(5)} %`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
