import { ASSUMPTIONS, type AssumptionName } from '@unicorns/cloud';
import { gateName, type OtherWay, type Rehearsal, type Verdict, wordsOf } from '../rehearse/index.ts';
import { markOf } from './lines.ts';
import { clock, paint, type Style, wrap } from './style.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isNumber?: boolean;
}

/** 80 columns in all, with a mark of two and a space between. */
const COLUMNS: readonly Column[] = [
  { title: 'release', width: 20 },
  { title: 'outcome', width: 11 },
  { title: 'caught by', width: 24 },
  { title: 'alarm', width: 6, isNumber: true },
  { title: 'back', width: 6, isNumber: true },
  { title: 'hit', width: 5, isNumber: true },
];

/** One row per release; then what the verdicts hang on. */
export function tableOf(
  rehearsal: Rehearsal,
  verdicts: readonly Verdict[],
  ways: readonly OtherWay[],
  style: Style,
): readonly string[] {
  const rows = verdicts.flatMap((verdict) => rowOf(rehearsal, verdict, style));
  const head = `  ${COLUMNS.map((column) => cell(column.title, column)).join(' ')}`;
  return [
    '',
    paint(style, 'bold', rehearsal.title),
    '',
    paint(style, 'dim', head.trimEnd()),
    ...rows,
    '',
    ...wrap(LEGEND, style.width - 2).map((line) => paint(style, 'dim', `  ${line}`)),
    ...dependencies(verdicts, ways, style),
  ];
}

const LEGEND =
  'alarm: from the first answer that hit a caller to the alarm. back: from the alarm, or from what a hook said, ' +
  'to the alias back on the old version. ' +
  'hit: callers who got a 5xx or an error, or waited for longer than the SLA; calls by hooks are not counted.';

function rowOf({ stackName }: Rehearsal, verdict: Verdict, style: Style): readonly string[] {
  const { release, outcome, gate, firstFaultMs, alarmMs, stoppedMs, aliasBackMs, requestsHit } = verdict;
  const caught =
    gate === undefined
      ? ['–']
      : gateName(gate)
          .split(', ')
          .map((name) => name.replace(`${stackName}-`, ''));
  const cells = [
    [release],
    [wordsOf(outcome)],
    caught,
    [interval(firstFaultMs, alarmMs)],
    [interval(alarmMs ?? stoppedMs, aliasBackMs)],
    [String(requestsHit)],
  ].map((texts, index) => texts.flatMap((text) => wrap(text, COLUMNS[index]?.width ?? 0)));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const mark = line > 0 ? ' ' : markOf(verdict, style);
    const texts = cells.map((lines, index) => toned(cell(lines[line] ?? '', COLUMNS[index]), index, verdict, style));
    return `${mark} ${texts.join(' ')}`.trimEnd();
  });
}

function toned(text: string, index: number, { outcome, requestsHit }: Verdict, style: Style): string {
  if (index === 1) return paint(style, outcome === 'rolled-back' || outcome === 'failed' ? 'red' : 'green', text);
  return index === 5 && requestsHit > 0 ? paint(style, 'red', text) : text;
}

const cell = (text: string, column: Column | undefined): string =>
  column?.isNumber ? text.padStart(column.width) : text.padEnd(column?.width ?? 0);

const interval = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined || to < from ? '–' : clock(to - from);

function dependencies(verdicts: readonly Verdict[], ways: readonly OtherWay[], style: Style): readonly string[] {
  const names = new Set(verdicts.flatMap(({ dependsOn }) => dependsOn));
  if (names.size === 0) return [];
  const bullets = [...names].flatMap((name) => {
    const lines = wrap(sentencesOf(name, verdicts, ways), style.width - 4);
    return lines.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`));
  });
  return ['', 'These verdicts depend on assumptions (docs/assumptions.md):', ...bullets];
}

function sentencesOf(name: AssumptionName, verdicts: readonly Verdict[], ways: readonly OtherWay[]): string {
  const assumption = ASSUMPTIONS.find((each) => each.name === name);
  const way = ways.find((each) => each.assumption === name);
  const said = `${name}: ${assumption?.text ?? ''}`;
  if (way === undefined) return said;
  return `${said} Otherwise: ${assumption?.instead ?? ''} ${otherwise(way, verdicts)}`;
}

function otherwise({ changed, verdicts }: OtherWay, assumed: readonly Verdict[]): string {
  if (changed.length === 0) return 'Rehearsed that way too: every release ends the same.';
  const told = changed.map((name) => {
    const here = assumed.find(({ release }) => release === name);
    const there = verdicts.find(({ release }) => release === name);
    return `"${name}" is ${here === undefined ? 'not reached' : wordsOf(here.outcome)} here and ${there === undefined ? 'not reached' : wordsOf(there.outcome)} there`;
  });
  return `Rehearsed both ways: ${told.join('; ')}.`;
}
