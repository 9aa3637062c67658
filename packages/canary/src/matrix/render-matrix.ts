import { paint, type Style, wrap } from '../render/index.ts';
import { gateName, wordsOf } from '../rehearse/index.ts';
import type { MatrixCell } from './matrix-cell.ts';

/** A line per rehearsal, 80 columns at most; a new fault begins with its own line. */
export function cellLines(cell: MatrixCell, previous: MatrixCell | undefined, style: Style): readonly string[] {
  const { fault, configuration, verdict, foretold, agreement } = cell;
  const { outcome, gate, requestsHit } = verdict;
  const isNew = previous?.fault !== fault;
  const isHole = outcome !== 'rolled-back' && requestsHit > 0;
  const caught = gate === undefined ? '–' : shortGate(gateName(gate));
  const line = [
    isHole ? '✗' : '✓',
    configuration.padEnd(29),
    wordsOf(outcome).padEnd(11),
    caught.padEnd(20).slice(0, 20),
    String(requestsHit).padStart(5),
    (foretold === undefined ? '–' : percent(foretold)).padStart(8),
    agreement === 'contradicted' ? 'contradicted' : '',
  ].join(' ');
  const shown = isHole || agreement === 'contradicted' ? paint(style, 'red', line.trimEnd()) : line.trimEnd();
  return [...(isNew ? ['', paint(style, 'bold', fault), paint(style, 'dim', HEAD)] : []), shown];
}

const HEAD = `  ${'configuration'.padEnd(29)} ${'outcome'.padEnd(11)} ${'caught by'.padEnd(20)}   hit foretold`;

/** Alarm names carry the stack and the version; what they watch stands at their end. */
const shortGate = (name: string): string =>
  name
    .split(', ')
    .map((each) => each.replace(/^.*-\d+-/, ''))
    .join(', ');

const percent = (share: number): string =>
  share > 0 && share < 0.001 ? '<0.1 %' : `${(share * 100).toFixed(share > 0.999 && share < 1 ? 2 : 1)} %`;

/** What no alarm on the function's own traces can see, and who can. */
const whyOf = (fault: string): string =>
  /^malformed\b/.test(fault)
    ? ' Neither Lambda nor the log knows of such an answer: only a caller does, as load of the stack’s own is (docs/decisions/0012).'
    : '';

/** Which faults go through, and where theory and rehearsal part. */
export function summaryLines(cells: readonly MatrixCell[], style: Style): readonly string[] {
  const holes = Map.groupBy(
    cells.filter(({ verdict }) => verdict.outcome !== 'rolled-back' && verdict.requestsHit > 0),
    ({ fault }) => fault,
  );
  const contradicted = cells.filter(({ agreement }) => agreement === 'contradicted');
  const lines = [...holes].map(([fault, missed]) => {
    const all = cells.filter((cell) => cell.fault === fault).length;
    return `${fault} goes through under ${missed.length === all ? 'every configuration' : missed.map(({ configuration }) => configuration).join(', ')}.${whyOf(fault)}`;
  });
  const holesSaid = lines.length === 0 ? ['No fault that hits a caller goes through.'] : lines;
  const theory =
    contradicted.length === 0
      ? 'No rehearsal contradicts what plan foretells.'
      : `${contradicted.length} rehearsals contradict what plan foretells.`;
  return [
    '',
    ...[...holesSaid, theory].flatMap((text) => wrap(text, style.width)),
    '',
    ...wrap(LEGEND, style.width).map((line) => paint(style, 'dim', line)),
  ];
}

const LEGEND =
  'foretold: the probability that the alarms stop the release before all traffic has moved, by canary plan; hooks are not in it. ' +
  'hit: callers who got a 5xx or waited for longer than the SLA. One rehearsal says nothing about odds in between; a contradiction is ' +
  'what theory calls certain and did not happen, or impossible and did.';
