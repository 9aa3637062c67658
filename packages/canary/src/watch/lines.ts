/** What a watch looks like, line by line. It decides nothing. */
import { paint, type Style, wrap } from '../render/index.ts';
import type { Ending, Left, StopReason, WatchEvent } from './events.ts';
import { toldLine } from './hook-words.ts';
import type { AlarmSeen, Share } from './snapshot.ts';

const TOPIC_WIDTH = 10;
const INDENT = ' '.repeat(10 + TOPIC_WIDTH);
const BAR_WIDTH = 20;

/** The lines that tell of one event; none for what a reader need not see. */
export function linesOf(event: WatchEvent, style: Style): readonly string[] {
  switch (event.type) {
    case 'stackChanged':
      return row(event, 'stack', paint(style, toneOf(event.status), event.status), event.reason, style);
    case 'resourceChanged':
      return row(
        event,
        'resource',
        `${event.logicalId} ${paint(style, toneOf(event.status), event.status)}`,
        event.reason,
        style,
      );
    case 'deploymentCreated': {
      const what = event.isRollback ? 'rollback ' : '';
      return row(event, 'deploy', `${what}${event.deploymentId}`, `${event.configuration} of ${event.group}`, style);
    }
    case 'deploymentStarted':
      return row(event, 'deploy', `${event.alias}: v${event.from} → v${event.to}`, undefined, style);
    case 'lifecycleEvent':
      return lifecycle(event, style);
    case 'aliasShifted':
      return row(
        event,
        'traffic',
        `${bar(event.shares, style)}  ${event.alias}: ${sharesText(event.shares)}`,
        undefined,
        style,
      );
    case 'alarmTurned':
      return row(
        event,
        'alarm',
        `${paint(style, event.to === 'ALARM' ? 'red' : 'green', event.to)} ${event.alarm}`,
        event.reason,
        style,
      );
    case 'datapoint':
      return row(
        event,
        'datapoint',
        `${event.alarm}: ${number(event.value)}, fires when ${event.limit}`,
        undefined,
        style,
      );
    case 'rollbackTriggered':
      return row(event, 'deploy', event.message, undefined, style);
    case 'deploymentEnded': {
      const words = event.code === undefined ? undefined : `${event.code}: ${event.message ?? ''}`;
      return row(
        event,
        'deploy',
        `${event.deploymentId} ${paint(style, toneOf(event.status), event.status)}`,
        words,
        style,
      );
    }
    case 'hookSaid':
      return event.lines.flatMap((line) => row(event, 'hook log', `${event.hook}:`, toldLine(line), style));
    case 'cannotRead':
      return row(event, 'note', `${event.what} cannot be read, and is left out.`, event.reason, style);
    case 'delayed':
      return row(
        event,
        'note',
        `${TROUBLE[event.kind]}; asking again in ${event.pauseMs / 1_000} s.`,
        event.reason,
        style,
      );
    case 'ended':
      return ending(event.ending, style);
    default:
      return event satisfies never;
  }
}

type Event<T extends WatchEvent['type']> = Extract<WatchEvent, { type: T }>;

const TROUBLE: { readonly [K in Event<'delayed'>['kind']]: string } = {
  throttled: 'AWS asks for fewer requests',
  connectionLost: 'The connection is lost',
  unavailable: 'The service is not available',
};

const toneOf = (status: string): 'red' | 'green' | 'dim' =>
  /ROLLBACK|FAILED|Failed|Stopped/.test(status) ? 'red' : /COMPLETE$|Succeeded/.test(status) ? 'green' : 'dim';

/** A rollback runs through the same events, without hooks and within a second or two. */
function lifecycle(event: Event<'lifecycleEvent'>, style: Style): readonly string[] {
  const { status, hook, isRollback } = event;
  if (isRollback || status === 'Pending') return [];
  const asked = hook !== undefined && status === 'InProgress' ? `  asks ${hook}` : '';
  return row(event, 'lifecycle', `${event.event} ${paint(style, toneOf(status), status)}${asked}`, undefined, style);
}

/** `14:03:07  deploy    …`, local time, and below it the reason in AWS's words. */
function row(
  { at }: { readonly at: number },
  topic: string,
  text: string,
  reason: string | undefined,
  style: Style,
): readonly string[] {
  const head = `${new Date(at).toTimeString().slice(0, 8)}  ${paint(style, 'dim', topic.padEnd(TOPIC_WIDTH))}`;
  const width = style.width - INDENT.length;
  const body = style.hasColour || text.length <= width ? [text] : wrap(text, width);
  const whole = reason === undefined ? [] : wrap(reason, width);
  const below = whole.slice(0, style.reasonLines).map((line) => paint(style, 'dim', line));
  const [first = '', ...rest] = [...body, ...below];
  return [head + first, ...rest.map((line) => INDENT + line)];
}

function bar(shares: readonly Share[], style: Style): string {
  const fresh = shares[1]?.percent ?? 0;
  const filled = fresh === 0 ? 0 : Math.max(1, Math.round((fresh / 100) * BAR_WIDTH));
  return paint(style, 'green', '█'.repeat(BAR_WIDTH - filled)) + paint(style, 'yellow', '░'.repeat(filled));
}

const sharesText = (shares: readonly Share[]): string =>
  shares.map(({ version, percent }) => `v${version} ${percent} %`).join(', ');

const number = (value: number): string => String(Math.round(value * 100) / 100);

function ending({ result, reasons, left }: Ending, style: Style): readonly string[] {
  const mark = result === 'promoted' ? paint(style, 'green', '✓') : paint(style, 'red', '✗');
  const told = (text: string, indent: string): string[] =>
    wrap(text, style.width - indent.length).map((line) => indent + line);
  return [
    '',
    `${mark} ${paint(style, 'bold', WORDS[result])}`,
    ...reasons.flatMap((reason) => whyOf(reason).flatMap((text, index) => told(text, index === 0 ? '  ' : '    '))),
    ...leftOf(left).flatMap((text, index) =>
      told(index === 0 ? `Left: ${text}` : text, index === 0 ? '  ' : '        '),
    ),
  ];
}

const WORDS: { readonly [R in Ending['result']]: string } = {
  promoted: 'promoted',
  rolledBack: 'rolled back',
  failed: 'failed: at rest, and neither the new release nor the old one',
};

/** A sentence, and below it the evidence. */
function whyOf(reason: StopReason): readonly string[] {
  switch (reason.type) {
    case 'alarms':
      return [
        `${reason.deploymentId} was stopped by ${reason.names.length === 1 ? 'the alarm' : 'the alarms'} ${reason.names.join(', ')}.`,
        ...reason.alarms.flatMap((alarm) => evidenceOf(alarm)),
      ];
    case 'hook': {
      const asked = reason.hook === undefined ? '' : ` (${reason.hook})`;
      const log = reason.lines.length === 0 ? ['Its log says nothing, or cannot be read.'] : reason.lines.map(toldLine);
      return [`${reason.deploymentId} failed at ${reason.event}${asked}.`, ...log];
    }
    case 'deployment':
      return [`${reason.deploymentId} ended with ${reason.code}.`, reason.message];
    case 'resource':
      return [`${reason.logicalId} ended in ${reason.status}.`, reason.reason];
    default:
      return reason satisfies never;
  }
}

const evidenceOf = ({ reason, latest, limit }: AlarmSeen): readonly string[] =>
  latest === undefined || limit === undefined
    ? [reason]
    : [reason, `Latest datapoint ${number(latest.value)}, fires when ${limit}.`];

function leftOf({ stack, aliases, alarmsInAlarm, orphans }: Left): readonly string[] {
  const isSplit = aliases.some(({ shares }) => shares.length > 1);
  return [
    ...(stack === undefined ? [] : [`stack ${stack.name} ${stack.status}`]),
    ...aliases.map(({ alias, shares }) => `alias ${alias}: ${sharesText(shares)}`),
    ...(isSplit ? ['An alias with two versions makes the next deployment fail until its weights are removed.'] : []),
    ...(alarmsInAlarm.length === 0 ? [] : [`in ALARM: ${alarmsInAlarm.join(', ')}`]),
    ...orphans.map(
      ({ functionName, version }) => `version ${version} of ${functionName} stays published, without traffic`,
    ),
  ];
}
