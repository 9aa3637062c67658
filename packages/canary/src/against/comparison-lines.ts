import { clock, paint, type Style, wrap } from '../render/index.ts';
import type { Against } from './against.ts';

const TIME_WIDTH = 8;
/** Below this a difference is noise: CodeDeploy looks at alarms every ten to fifteen seconds. Source: codedeploy reference 3.4.2. */
const NOTABLE_MS = 15_000;

/** The comparison as a table: what AWS did, what the rehearsal did, and how much later the rehearsal was. */
export function comparisonLines({ comparison, intervals }: Against, style: Style): readonly string[] {
  if (comparison === undefined) {
    return [
      '',
      ...wrap('Recording and rehearsal have no deployment and no stack operation in common.', style.width - 2).map(
        (line) => `  ${line}`,
      ),
    ];
  }
  const width = style.width - 3 * (TIME_WIDTH + 1) - 2;
  const row = (
    what: string,
    expectedMs: number | undefined,
    gotMs: number | undefined,
    deltaMs: number | undefined,
    format = time,
  ): string => {
    const cells = [format(expectedMs), format(gotMs), delta(deltaMs)].map((text) => text.padStart(TIME_WIDTH));
    const isNotable = deltaMs === undefined || Math.abs(deltaMs) > NOTABLE_MS;
    const line = `  ${shortened(what, width).padEnd(width)} ${cells.join(' ')}`;
    return isNotable ? paint(style, 'yellow', line) : line;
  };
  const head = (title: string): string =>
    paint(
      style,
      'dim',
      `  ${title.padEnd(width)} ${['recorded', 'got', 'Δ'].map((text) => text.padStart(TIME_WIDTH)).join(' ')}`,
    );
  const { rows, zero, onBoth, onlyRecorded, onlyRehearsed } = comparison;
  return [
    '',
    paint(style, 'bold', 'Against the recording'),
    '',
    head(`from: ${zero}`),
    ...rows.map((each) => row(each.what, each.expectedMs, each.gotMs, each.deltaMs)),
    '',
    head('how long'),
    ...intervals.map((each) => row(each.what, each.expectedMs, each.gotMs, each.deltaMs, length)),
    '',
    `  ${onBoth} events on both sides, ${onlyRecorded} only recorded, ${onlyRehearsed} only rehearsed.`,
  ];
}

const time = (ms: number | undefined): string => (ms === undefined ? '–' : clock(ms));

/** `11.3 s`; from 100 s on `01:45`. */
const length = (ms: number | undefined): string =>
  ms === undefined || ms >= 100_000 ? time(ms) : `${(ms / 1_000).toFixed(1)} s`;

/** Seconds, with a tenth: `+0.4 s`. */
function delta(ms: number | undefined): string {
  if (ms === undefined) return '';
  const seconds = Math.round(ms / 100) / 10;
  return `${seconds > 0 ? '+' : ''}${seconds.toFixed(1)} s`;
}

const shortened = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
