/** A plan as text for a terminal. */
import { clock, paint, type Style, wrap } from '../render/style.ts';
import type { NeededInterval } from './needed.ts';
import type { PlanReport } from './plan-report.ts';
import type { ConfigurationPlan, Interval, Odds } from './plan.ts';
import { count, minutes, percent } from './recommend.ts';

const TITLES = ['configuration', 'caught', 'detected', 'hit', 'false', 'takes'];

export function planLines(report: PlanReport, style: Style): readonly string[] {
  return [
    paint(style, 'bold', report.title),
    ...wrap(report.question, style.width).map((line) => paint(style, 'dim', line)),
    '',
    ...table(report, style),
    '',
    ...legend(report, style),
    ...gates(report, style),
    ...sweepOfShares(report, style),
    ...neededLines(report, style),
    ...recommendation(report, style),
    ...holes(report, style),
    ...bullets('These odds depend on assumptions (docs/assumptions.md):', report.assumptions, style),
  ];
}

/** Names to the left, numbers to the right, each column as wide as it must be: nine configurations fit 80 columns. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((cellsOf) => cellsOf[column]?.length ?? 0)),
  );
  const padded = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((cellsOf) => `  ${cellsOf.map(padded).join(' ')}`.trimEnd());
}

function table({ result, own }: PlanReport, style: Style): readonly string[] {
  const rows = result.configurations.map((it) => [
    ...cells(it.configuration.name, it.all),
    clock(it.goodSeconds * 1_000),
  ]);
  const [titles = '', ...lines] = aligned([TITLES, ...rows]);
  return [
    paint(style, 'dim', titles),
    ...lines.map((line, i) =>
      result.configurations[i]?.configuration.name === own ? paint(style, 'bold', `→${line.slice(1)}`) : line,
    ),
  ];
}

function cells(
  name: string,
  { caught, caughtInterval, detectSeconds, hits, falseRollback, falseRollbackInterval, method }: Odds,
): readonly string[] {
  return [
    name,
    probability(caught, caughtInterval, method),
    detectSeconds === undefined ? '–' : `${clock(detectSeconds.p50 * 1_000)} ${clock(detectSeconds.p95 * 1_000)}`,
    `${count(hits.mean)} ${count(hits.p95)}`,
    probability(falseRollback, falseRollbackInterval, method),
  ];
}

/** `60.7 %`; `~15.6 % ±9` where all of it is chance, `~60.7–62 %` where chance can only add to what is exact. */
function probability(p: number, interval: Interval | undefined, method: Odds['method']): string {
  if (method === 'exact') return percent(p);
  const [low, high] = interval ?? [p, p];
  if (method === 'simulated') {
    const half = 50 * (high - low);
    return `~${percent(p)}${half < 0.05 ? '' : ` ±${half < 1 ? half.toFixed(1) : Math.round(half)}`}`;
  }
  const [from, until] = [tenths(low), tenths(high)];
  return from === until ? `~${from} %` : `~${from}–${until}%`;
}

/** Percent to one decimal; what is not quite 100 is not 100. */
const tenths = (p: number): string => {
  const text = String(Number((100 * p).toFixed(1)));
  return text === '100' && p < 1 - 1e-9 ? '>99.9' : text;
};

function legend({ result }: PlanReport, style: Style): readonly string[] {
  const simulated = result.configurations.some(({ gates }) => gates.some(({ method }) => method !== 'exact'));
  const text =
    'caught: stopped before all traffic had moved. detected: from the fault to the stop, median and 95th percentile. ' +
    `hit: requests until the alias is back, mean and 95th percentile; a fault that is promoted stays for ${minutes(result.input.noticedAfterSeconds)}. ` +
    'false: a release without the fault is stopped. takes: a good deployment, from its start to its end.' +
    (simulated
      ? ` ~: by ${result.input.runs} simulated deployments, with their 95 % interval (±); from–to: exact for most gates, and simulated for what the others can add.`
      : ' All numbers are exact.');
  return wrap(text, style.width - 2).map((line) => paint(style, 'dim', `  ${line}`));
}

/** Each gate on its own, in the template's configuration. */
function gates({ result, own }: PlanReport, style: Style): readonly string[] {
  const chosen =
    result.configurations.find(({ configuration }) => configuration.name === own) ?? result.configurations[0];
  if (chosen === undefined || chosen.gates.length === 0) return [];
  return [
    '',
    paint(style, 'bold', `Each gate alone, ${chosen.configuration.name}`),
    ...aligned([...chosen.gates.map((odds) => cells(odds.gate ?? '', odds)), cells('all gates together', chosen.all)]),
    ...stoppers(chosen, style),
  ];
}

function stoppers({ all }: ConfigurationPlan, style: Style): readonly string[] {
  const first = Object.entries(all.stoppedBy).filter(([, probability]) => probability > 0.0005);
  if (first.length < 2) return [];
  const words = first.toSorted((a, b) => b[1] - a[1]).map(([gate, probability]) => `${gate} ${percent(probability)}`);
  return ['', ...wrap(`First to stop it: ${words.join(', ')}.`, style.width - 2).map((line) => `  ${line}`)];
}

function sweepOfShares({ byShare }: PlanReport, style: Style): readonly string[] {
  // A page has finer curves than a terminal is wide.
  if (byShare.length === 0 || (byShare[0]?.points.length ?? 0) > 8) return [];
  const shares = byShare[0]?.points.map(({ share }) => percent(share).replace(' ', '')) ?? [];
  const line = (name: string, texts: readonly string[]): string =>
    `  ${name.padEnd(29)}${texts.map((text) => text.padStart(7)).join('')}`.trimEnd();
  return [
    '',
    paint(style, 'bold', 'Caught, by share of requests that fail'),
    paint(style, 'dim', line('', shares)),
    ...byShare.map(({ configuration, points }) =>
      line(
        configuration,
        points.map(({ caught }) => `${tenths(caught)}%`),
      ),
    ),
  ];
}

function neededLines({ needs, wanted, result }: PlanReport, style: Style): readonly string[] {
  if (needs.length === 0) return [];
  const now = result.input.traffic.profile[0]?.requestsPerMinute ?? 0;
  const rows = needs.map((it) => [
    it.configuration,
    neededText(it.smallestShare, it.smallestShareInterval, percent),
    neededText(it.requestsPerMinute, it.requestsPerMinuteInterval, count),
    it.requestsPerMinute !== undefined && it.requestsPerMinute > now ? `+${count(it.requestsPerMinute - now)}` : '–',
  ]);
  const [titles = '', ...lines] = aligned([['configuration', 'faults from', 'or requests/min', 'more'], ...rows]);
  return [
    '',
    paint(style, 'bold', `What it takes to catch it with ${percent(wanted)}`),
    paint(style, 'dim', titles),
    ...lines,
    ...wrap('more: than now; load of its own can make up for it.', style.width - 2).map((line) =>
      paint(style, 'dim', `  ${line}`),
    ),
  ];
}

/** `5.3 %`; `~4.9–5.6 %` where chance has come in; `–` where nothing is enough. */
function neededText(
  value: number | undefined,
  interval: NeededInterval | undefined,
  text: (value: number) => string,
): string {
  if (interval === undefined) return value === undefined ? '–' : text(value);
  const [low, high] = interval;
  return `~${text(low).replace(' %', '')}–${high === undefined ? '?' : text(high)}`;
}

function recommendation({ recommended }: PlanReport, style: Style): readonly string[] {
  const { configuration, reason } = recommended;
  const text = configuration === undefined ? reason : `${configuration}, ${reason}`;
  return ['', paint(style, 'bold', 'Recommendation'), ...wrap(text, style.width - 2).map((line) => `  ${line}`)];
}

const holes = ({ holes: all }: PlanReport, style: Style): readonly string[] =>
  bullets('Not in these odds:', all, style);

function bullets(title: string, texts: readonly string[], style: Style): readonly string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap((text) =>
    wrap(text, style.width - 4).map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
  );
  return ['', title, ...lines];
}
