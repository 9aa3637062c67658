import { expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { PLAIN } from '../render/index.ts';
import { NINE } from './parse-options.ts';
import { planJson } from './render-json.ts';
import { planPage } from './render-page.ts';
import { planLines } from './render-table.ts';
import { type PlanOptions, runPlan } from './run-plan.ts';

const OPTIONS: PlanOptions = {
  template: fileURLToPath(new URL('../../../../infra/template.yaml', import.meta.url)),
  parameters: {},
  traffic: { profile: [{ minute: 0, requestsPerMinute: 60 }], arrivals: 'poisson' },
  fault: 'status:share=5%',
  noise: 'errors=0.01%',
  delays: 'default',
  linearIntervals: 'n-1',
  hookSeconds: 3,
  budget: {},
  noticedAfterMinutes: 30,
  runs: 16,
  seed: 1,
  withCurves: false,
  withNeeds: false,
};

/** Two gates instead of five, where it is not about ours. */
const TWO_GATES = fileURLToPath(new URL('../../../../docs/guides/with-sla-alarm.yaml', import.meta.url));

function planOf(changes: Partial<PlanOptions>) {
  const [report] = runPlan({ ...OPTIONS, ...changes });
  if (report === undefined) throw new Error('there is no plan');
  return report;
}

const caught = (changes: Partial<PlanOptions>, name = 'Canary10Percent5Minutes'): number =>
  planOf({ sweep: '10x5', ...changes }).result.configurations.find(({ configuration }) => configuration.name === name)
    ?.all.caught ?? -1;

test('a plan of our template says what its gates catch, in which configuration', () => {
  const report = planOf({});
  expect(report.result.configurations.map(({ configuration }) => configuration.name)).toEqual(
    NINE.map(({ name }) => name),
  );
  const all = report.result.configurations.map(({ all: { caught: p } }) => p);
  expect(all[0]).toBe(0);
  expect(all.at(-1)).toBeGreaterThan(0.999);
  expect(report.own).toBe('Canary10Percent5Minutes');
  const text = planLines(report, PLAIN).join('\n');
  expect(text).toContain('→ Canary10Percent5Minutes');
  expect(text).toContain('list-error-responses');
  expect(text).toContain('linear-intervals: ');
  for (const wide of [
    report,
    planOf({
      traffic: { profile: [{ minute: 0, requestsPerMinute: 6_000 }], arrivals: 'poisson' },
      withNeeds: true,
      sweep: '10x5',
    }),
  ])
    expect(planLines(wide, PLAIN).filter(({ length }) => length > 80)).toEqual([]);
  expect(JSON.parse(JSON.stringify(planJson(report)))).toMatchObject({ ownConfiguration: 'Canary10Percent5Minutes' });
});

test('what is caught by share fits the terminal too', () => {
  const lines = planLines(planOf({ sweep: '10x10', fault: 'status:share=0.5%..20%' }), PLAIN);
  expect(lines).toContain('Caught, by share of requests that fail');
  expect(lines.filter(({ length }) => length > 80)).toEqual([]);
});

test('where chance can only add to what is exact, the terminal shows from where to where', () => {
  const even = { profile: [{ minute: 0, requestsPerMinute: 60 }], arrivals: 'even' } as const;
  const report = planOf({ sweep: '10x5', traffic: even });
  const canary = report.result.configurations[0]?.all;
  const [low = 0, high = 0] = canary?.caughtInterval ?? [];
  expect(canary?.method).toBe('both');
  expect(high).toBeGreaterThan(low);
  const range = `~${(100 * low).toFixed(1)}–${Number((100 * high).toFixed(1))}%`;
  const rows = planLines(report, PLAIN).filter((line) => line.includes(range));
  expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(['→ Canary10Percent5Minutes', 'all gates together']);
});

test('more traffic, a greater fault and no delays are caught more often; a late fault less', () => {
  const usual = caught({});
  expect(
    caught({ traffic: { profile: [{ minute: 0, requestsPerMinute: 600 }], arrivals: 'poisson' } }),
  ).toBeGreaterThan(usual);
  expect(caught({ fault: 'status:share=20%' })).toBeGreaterThan(usual);
  expect(caught({ delays: 'none' })).toBeGreaterThan(usual);
  expect(caught({ fault: 'status:share=5%,from=3m' })).toBeLessThan(usual);
});

test('every kind of fault is caught by some gate when all requests have it', () => {
  const traffic = { profile: [{ minute: 0, requestsPerMinute: 600 }], arrivals: 'poisson' } as const;
  for (const kind of ['status', 'throw', 'slow', 'empty'])
    expect(caught({ fault: `${kind}:share=100%`, traffic })).toBeGreaterThan(0.9999);
});

test('a budget chooses the configuration, or says why none fits', () => {
  expect(planOf({ budget: { minDetection: 0.95, maxMinutes: 10 } }).recommended).toMatchObject({
    configuration: 'Linear10PercentEvery1Minute',
  });
  const none = planOf({ budget: { maxHit: 0.1 }, sweep: '10x5' }).recommended;
  expect(none.configuration).toBeUndefined();
  expect(none.reason).toContain('No configuration keeps to the budget (at most 0.1 requests hit, ');
});

test('what it takes for the wanted detection agrees with the odds there', () => {
  const { needs } = planOf({ template: TWO_GATES, withNeeds: true, sweep: '10x5' });
  const canary = needs.find(({ configuration }) => configuration === 'Canary10Percent5Minutes');
  expect(canary?.smallestShare).toBeGreaterThan(0.05);
  const p = caught({ template: TWO_GATES, fault: `status:share=${(canary?.smallestShare ?? 0).toFixed(6)}` });
  expect(p).toBeGreaterThan(0.949);
  expect(p).toBeLessThan(0.97);
});

test('the page holds everything it needs', () => {
  const page = planPage([planOf({ template: TWO_GATES, withCurves: true, sweep: '20x5' })]);
  expect(page).toContain('How likely a fault is caught');
  expect(page).toContain('Canary20Percent5Minutes');
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|<link|src=|NaN|undefined/);
});

test.each([
  [{ fault: 'fire' }, /of no known kind/],
  [{ fault: 'status:share=2,colour=red' }, /has no setting "colour"/],
  [{ noise: 'p50=300,p99=200' }, /p99 is below p50/],
  [{ sweep: '0x5' }, /is not "<percentages>x<minutes>"/],
  [{ template: '/nowhere.yaml' }, /There is no template/],
  [{ functionId: 'Other' }, /There is ListFunction/],
  [{ parameters: { Nope: '1' } }, /no parameter "Nope". It has DeploymentType, /],
])('bad input is refused: %o', (changes, message) => {
  expect(() => runPlan({ ...OPTIONS, ...changes })).toThrow(message);
});
