/** Plans as one page that needs nothing else: no request leaves it. */
import { type Axis, type Dot, dotPlot, escape, linePlot, logAxis, type Series } from './charts.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.ts';
import type { NeededInterval } from './needed.ts';
import type { PlanReport, ShareCurve } from './plan-report.ts';
import type { ConfigurationPlan, Odds } from './plan.ts';
import { count, minutes, percent } from './recommend.ts';

export function planPage(reports: readonly PlanReport[]): string {
  const title = reports.length === 1 ? `Plan: ${reports[0]?.title ?? ''}` : 'Plans';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${reports.map(section).join('\n')}
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function section(report: PlanReport): string {
  const looks = looksOf(report.result.configurations);
  const { configuration, reason } = report.recommended;
  return `<section>
<h1>${escape(report.title)}</h1>
<p class="question">${escape(report.question)}</p>
<p class="recommended"><strong>${configuration === undefined ? 'Nothing fits.' : escape(configuration)}</strong> ${escape(configuration === undefined ? reason : `is ${reason}`)}</p>
${legend(report, looks)}
<div class="plots">
${detectionPlot(report, looks)}
${hitsPlot(report, looks)}
${timePlot(report, looks)}
${frontPlot(report, looks)}
</div>
${configurationTable(report, looks)}
${gateTable(report)}
${needsTable(report)}
${list('Not in these odds', report.holes)}
${list('These odds depend on', report.assumptions)}
</section>`;
}

/** A canary and a linear family, each from light to dark with its length; anything else has a look of its own. */
function looksOf(plans: readonly ConfigurationPlan[]): ReadonlyMap<string, string> {
  const counts: Record<string, number> = {};
  return new Map(
    plans.map(({ configuration: { name, routing } }) => {
      const family = { TimeBasedCanary: 'c', TimeBasedLinear: 'l', AllAtOnce: 'a' }[routing.type];
      const place = (counts[family] = (counts[family] ?? 0) + 1);
      return [name, `${family}${((place - 1) % 4) + 1}`];
    }),
  );
}

type Looks = ReadonlyMap<string, string>;

function legend({ result, own }: PlanReport, looks: Looks): string {
  const items = result.configurations.map(({ configuration: { name } }) => {
    const look = looks.get(name) ?? '';
    return `<li data-series="${look}" tabindex="0"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="line ${look}" d="M1 4L25 4"/></svg>${escape(name)}${name === own ? ' <em>yours</em>' : ''}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}

const shareAxis = (curves: readonly ShareCurve[]): Axis =>
  logAxis(
    curves.flatMap(({ points }) => points.map(({ share }) => share)),
    'share of requests that fail',
    (share) => percent(share).replace(' ', ''),
  );

const seriesOf = (
  curves: readonly ShareCurve[],
  looks: Looks,
  y: (point: ShareCurve['points'][number]) => number | undefined,
): readonly Series[] =>
  curves.map(({ configuration, points }) => ({
    name: configuration,
    look: looks.get(configuration) ?? '',
    points: points.flatMap((point) => {
      const value = y(point);
      return value === undefined ? [] : [{ x: point.share, y: value }];
    }),
  }));

function detectionPlot({ byShare }: PlanReport, looks: Looks): string {
  const y: Axis = {
    title: 'caught before 100 %',
    scale: 'linear',
    from: 0,
    until: 1,
    ticks: [0, 0.25, 0.5, 0.75, 1],
    label: (value) => `${value * 100}%`,
  };
  return linePlot(
    { title: 'How likely a fault is caught', x: shareAxis(byShare), y },
    seriesOf(byShare, looks, ({ caught }) => caught),
  );
}

function hitsPlot({ byShare }: PlanReport, looks: Looks): string {
  const hits = byShare.flatMap(({ points }) => points.map((point) => point.hits));
  return linePlot(
    { title: 'How many requests are hit', x: shareAxis(byShare), y: logAxis(hits, 'requests hit, mean', count) },
    seriesOf(byShare, looks, (point) => point.hits),
  );
}

function timePlot({ byShare }: PlanReport, looks: Looks): string {
  const values = byShare.flatMap(({ points }) => points.map(({ detectSeconds = 0 }) => detectSeconds));
  const most = Math.max(300, ...values);
  const step = [60, 120, 300, 600, 900, 1_800, 3_600].find((each) => most / each <= 6) ?? 7_200;
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
  const y: Axis = {
    title: 'minutes to the stop, median',
    scale: 'linear',
    from: 0,
    until: ticks.at(-1) ?? most,
    ticks,
    label: (value) => String(value / 60),
  };
  return linePlot(
    { title: 'How long it takes', x: shareAxis(byShare), y },
    seriesOf(byShare, looks, ({ detectSeconds, caught }) => (caught < 0.001 ? undefined : detectSeconds)),
  );
}

/** The harm of the planned fault against the time of a good release; what nothing beats on both is on the front. */
function frontPlot({ result, own }: PlanReport, looks: Looks): string {
  const dots = result.configurations.map(({ configuration: { name }, all, goodSeconds }): Dot => ({
    x: goodSeconds / 60,
    y: Math.max(all.hits.mean, 0.01),
    look: looks.get(name) ?? '',
    label: shortName(name),
    hint: `${name}: ${count(all.hits.mean)} requests hit, ${minutes(goodSeconds)}, ${percent(all.caught)} caught`,
    isMarked: name === own,
  }));
  const sorted = dots.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const front = sorted.filter((dot, i) => sorted.slice(0, i).every((before) => before.y > dot.y));
  return dotPlot(
    {
      title: 'Harm against the time of a good release',
      x: logAxis(
        dots.map(({ x }) => x),
        'minutes of a good deployment',
        count,
      ),
      y: logAxis(
        dots.map(({ y }) => y),
        'requests hit, mean',
        count,
      ),
    },
    dots.toSorted((a, b) => b.x - a.x),
    front,
  );
}

/** `Canary 30m`, `Linear 2m`; the percentage where it is not the usual ten. */
const shortName = (name: string): string =>
  name
    .replace(/(?:Every)?(\d+)Minutes?$/, ' $1m')
    .replace(/10Percent/, '')
    .replace(/(\d+)Percent/, ' $1%')
    .replace(/ +/g, ' ');

const HEAD = ['caught', 'detected (median, 95 %)', 'hit (mean, 95 %)', 'false stop'];

function configurationTable({ result, own }: PlanReport, looks: Looks): string {
  const rows = result.configurations.map(
    ({ configuration: { name }, all, goodSeconds }) =>
      `<tr${name === own ? ' class="own"' : ''}><th scope="row"><i class="swatch ${looks.get(name) ?? ''}"></i>${breakable(name)}</th>${oddsCells(all)}<td>${minutes(goodSeconds)}</td></tr>`,
  );
  return table('All gates together', ['configuration', ...HEAD, 'takes'], rows);
}

function gateTable({ result, own }: PlanReport): string {
  const chosen =
    result.configurations.find(({ configuration }) => configuration.name === own) ?? result.configurations[0];
  if (chosen === undefined || chosen.gates.length === 0) return '';
  const rows = chosen.gates.map(
    (odds) => `<tr><th scope="row">${breakable(odds.gate ?? '')}</th>${oddsCells(odds)}<td>${odds.method}</td></tr>`,
  );
  return table(`Each gate alone, ${chosen.configuration.name}`, ['gate', ...HEAD, 'method'], rows);
}

function oddsCells({
  caught,
  caughtInterval,
  detectSeconds,
  hits,
  falseRollback,
  falseRollbackInterval,
}: Odds): string {
  const range = (interval: readonly [number, number] | undefined): string => {
    const [from, until] = (interval ?? []).map(percent);
    return from === until ? '' : `<small>${together(`${from ?? ''} –`)} ${together(until ?? '')}</small>`;
  };
  const time = detectSeconds === undefined ? '–' : `${minutes(detectSeconds.p50)}, ${minutes(detectSeconds.p95)}`;
  return (
    `<td>${together(percent(caught))}${range(caughtInterval)}</td><td>${together(time)}</td>` +
    `<td>${count(hits.mean)}, ${count(hits.p95)}</td><td>${together(percent(falseRollback))}${range(falseRollbackInterval)}</td>`
  );
}

function needsTable({ needs, wanted, result }: PlanReport): string {
  if (needs.length === 0) return '';
  const now = result.input.traffic.profile[0]?.requestsPerMinute ?? 0;
  const rows = needs.map((it) => {
    const more = it.requestsPerMinute !== undefined && it.requestsPerMinute > now ? it.requestsPerMinute - now : 0;
    return (
      `<tr><th scope="row">${breakable(it.configuration)}</th>` +
      `<td>${it.smallestShare === undefined ? 'none' : percent(it.smallestShare)}${between(it.smallestShareInterval, percent)}</td>` +
      `<td>${it.requestsPerMinute === undefined ? 'none is enough' : `${count(it.requestsPerMinute)}/min`}${between(it.requestsPerMinuteInterval, count)}</td>` +
      `<td>${more > 0 ? `+${count(more)}/min` : '–'}</td></tr>`
    );
  });
  return table(
    `What it takes to catch it with ${percent(wanted)}`,
    ['configuration', 'smallest share of faults', 'traffic for this fault', 'load of its own'],
    rows,
  );
}

function between(interval: NeededInterval | undefined, text: (value: number) => string): string {
  if (interval === undefined) return '';
  const [low, high] = interval;
  return `<small>${escape(`${text(low)} – ${high === undefined ? '?' : text(high)}`)}</small>`;
}

/** On a narrow screen a long name goes on where a word of it begins; a number keeps its unit. */
const breakable = (name: string): string => escape(name).replaceAll(/(?=Percent|Every|Minutes?)|(?<=-)/g, '<wbr>');
const together = (text: string): string => escape(text).replaceAll(/(?<!,) /g, '\u00a0');

const table = (caption: string, head: readonly string[], rows: readonly string[]): string =>
  `<h2>${escape(caption)}</h2><div class="scroll"><table><thead><tr>${head.map((text) => `<th scope="col">${escape(text)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;

const list = (caption: string, texts: readonly string[]): string =>
  texts.length === 0
    ? ''
    : `<h2>${escape(caption)}</h2><ul class="notes">${texts.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>`;
