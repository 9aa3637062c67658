import {
  gateName,
  isJudged,
  type RehearsalEvent,
  type Requests,
  type Share,
  type Status,
  type Verdict,
  wordsOf,
} from '../rehearse/index.ts';
import { clock, paint, shorten, type Style, wrap } from './style.ts';

const TOPIC_WIDTH = 10;
const INDENT = ' '.repeat(7 + TOPIC_WIDTH);
const BAR_WIDTH = 20;

/** The lines that tell of one event; none for what a reader need not see. */
export function linesOf(event: RehearsalEvent, style: Style): readonly string[] {
  switch (event.type) {
    case 'releaseBegan':
      return heading(event, style);
    case 'callersBegan':
      return row(event, 'callers', `${event.callers}, ${rateText(event)}`, undefined, style);
    case 'actedByHand':
      return row(event, 'by hand', `${paint(style, 'bold', event.call)} ${event.words}`, event.refusal, style);
    case 'stackChanged': {
      const tone = /ROLLBACK|FAILED/.test(event.status) ? 'red' : event.status.endsWith('COMPLETE') ? 'green' : 'dim';
      return row(event, 'stack', paint(style, tone, event.status), event.reason, style);
    }
    case 'resourceFailed':
      return row(event, 'stack', `${event.logicalId} ${event.status}`, event.reason, style);
    case 'deploymentCreated': {
      const shift = `${event.deploymentId}  ${event.alias} v${event.from} → v${event.to}`;
      return row(
        event,
        'deploy',
        event.isRollback ? `rollback ${shift}` : `${shift}  ${event.configuration}`,
        undefined,
        style,
      );
    }
    case 'lifecycleEvent':
      return lifecycle(event, style);
    case 'checkFailed': {
      // A hook that fails one check mostly fails many: a line each will do for answers. What the hook could not do, or
      // which filters count nothing, is for a person to mend, and comes once.
      const lines = /^\d{3} /.test(event.got) ? 1 : 8;
      const most = {
        ...style,
        reasonLines: style.reasonLines === Number.POSITIVE_INFINITY ? style.reasonLines : lines,
      };
      return row(event, 'check', event.check, `expected ${event.expected}, got ${event.got}`, most);
    }
    case 'aliasShifted':
      return row(event, 'traffic', bars(event.shares, style), undefined, style);
    case 'deploymentEnded': {
      const tone = event.status === 'Succeeded' ? 'green' : 'red';
      const words = event.code === undefined ? undefined : `${event.code}: ${event.message ?? ''}`;
      return row(event, 'deploy', `${event.deploymentId} ${paint(style, tone, event.status)}`, words, style);
    }
    case 'rollbackTriggered':
      return row(event, 'deploy', event.message, undefined, style);
    case 'alarmTurned': {
      const state = paint(style, event.to === 'ALARM' ? 'red' : 'green', event.to);
      return row(event, 'alarm', `${state} ${event.alarm}${event.isGate ? '' : ' (no gate)'}`, event.reason, style);
    }
    case 'minutePassed':
      return row(event, 'requests', requestsText(event.requests, style), undefined, style);
    case 'finding': {
      // Its cure comes last and must not be cut off.
      const whole = { ...style, reasonLines: Number.POSITIVE_INFINITY };
      return row(event, 'finding', `${paint(style, 'yellow', event.rule)} ${event.place}`, event.text, whole);
    }
    case 'releaseEnded':
      return ending(event.verdict, style);
    default:
      return event satisfies never;
  }
}

type Event<T extends RehearsalEvent['type']> = Extract<RehearsalEvent, { type: T }>;

function heading({ number, of, name, note, expect, warnings }: Event<'releaseBegan'>, style: Style): readonly string[] {
  const title = `${number}/${of}  ${name}`;
  const expected = `expect: ${wordsOf(expect)}`;
  const gap = Math.max(2, style.width - title.length - expected.length);
  const lines = [`${paint(style, 'bold', title)}${' '.repeat(gap)}${paint(style, 'dim', expected)}`];
  const more = [...(note === undefined ? [] : [note]), ...warnings.map((warning) => `Warning: ${warning}`)];
  for (const text of more) lines.push(...wrap(text, style.width - 5).map((line) => `     ${line}`));
  return ['', ...lines];
}

function lifecycle({ event, status, hook, ...at }: Event<'lifecycleEvent'>, style: Style): readonly string[] {
  if (status === 'Pending' || (status === 'InProgress' && hook === undefined && event !== 'AllowTraffic')) return [];
  const tone = status === 'Failed' ? 'red' : status === 'Succeeded' ? 'green' : 'dim';
  const asked = hook !== undefined && status === 'InProgress' ? `  ${hook}` : '';
  return row(at, 'lifecycle', `${event} ${paint(style, tone, status)}${asked}`, undefined, style);
}

/** `00:41  deploy    …`, and below it the reason in AWS's words. */
function row(
  { elapsedMs }: { readonly elapsedMs: number },
  topic: string,
  text: string,
  reason: string | undefined,
  style: Style,
): readonly string[] {
  const head = `${clock(elapsedMs)}  ${paint(style, 'dim', topic.padEnd(TOPIC_WIDTH))}`;
  const width = style.width - INDENT.length;
  // Colours inside would be torn apart.
  const body = text.includes('\u001B') ? [text] : wrapRow(text, width);
  const whole = reason === undefined ? [] : wrap(reason, width);
  const below = shorten(whole, style.reasonLines, width).map((line) => paint(style, 'dim', line));
  const [first = '', ...rest] = [...body, ...below];
  return [head + first, ...rest.map((line) => INDENT + line)];
}

/** Keeps the spacing of lines that fit. */
const wrapRow = (text: string, width: number): readonly string[] => (text.length <= width ? [text] : wrap(text, width));

function bars(shares: readonly Share[], style: Style): string {
  const [old, fresh] = shares;
  if (old === undefined) return '';
  const filled = fresh === undefined ? 0 : Math.max(1, Math.round((fresh.percent / 100) * BAR_WIDTH));
  const bar = paint(style, 'green', '█'.repeat(BAR_WIDTH - filled)) + paint(style, 'yellow', '░'.repeat(filled));
  return `${bar}  ${shares.map(({ version, percent }) => `v${version} ${percent} %`).join(', ')}`;
}

/** `60 a minute`, `10 to 600 a minute, at random`. */
function rateText({ profile, isPoisson }: Event<'callersBegan'>): string {
  const rates = profile.map(({ requestsPerMinute }) => requestsPerMinute);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  return `${least === most ? '' : `${least} to `}${most} a minute${isPoisson ? ', at random' : ''}`;
}

export function requestsText({ count, byStatus, slowerThanSla, slowestMs }: Requests, style: Style): string {
  const statuses = byStatus.map(([status, times]) => paint(style, toneOf(status), `${status} ×${times}`));
  const slow = slowerThanSla === 0 ? [] : [paint(style, 'red', `${slowerThanSla} slow, up to ${slowestMs} ms`)];
  return [String(count).padStart(5), ...statuses, ...slow].join('   ');
}

/** Red from 400 like the ping, brighter for what callers cannot help. */
const toneOf = (status: Status): 'green' | 'yellow' | 'red' =>
  typeof status === 'string'
    ? status === 'ok'
      ? 'green'
      : 'red'
    : status >= 400
      ? 'red'
      : status >= 300
        ? 'yellow'
        : 'green';

/** As expected, otherwise, or not known. */
export function markOf(verdict: Verdict, style: Style): string {
  if (!isJudged(verdict)) return paint(style, 'yellow', '?');
  return verdict.difference === undefined ? paint(style, 'green', '✓') : paint(style, 'red', '✗');
}

function ending(verdict: Verdict, style: Style): readonly string[] {
  const { outcome, difference, gate, isShifted, requestsHit, requests } = verdict;
  const mark = markOf(verdict, style);
  const caught = gate === undefined ? '' : `, caught by ${gateName(gate)}`;
  const unasked = outcome === 'promoted' && !isShifted ? ' at once: no released function has a new version' : '';
  const text = `${wordsOf(outcome)}${unasked}${caught}; ${requestsHit} of ${requests.count} requests hit`;
  const but = isJudged(verdict) ? 'Not as expected' : 'Cannot be judged';
  const lines = wrap(difference === undefined ? text : `${text}. ${but}: ${difference}.`, style.width - 9);
  return lines.map((line, index) => (index === 0 ? `${mark}      ${line}` : `       ${line}`));
}
