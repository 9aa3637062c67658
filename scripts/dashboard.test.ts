/** The dashboard's body is text to CloudFormation and to every linter: CloudWatch alone would find it broken. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { at } from './docs/pages.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
}

/** The widgets, with 1 for everything that CloudFormation puts in. */
function widgets(): readonly Widget[] {
  const template: {
    readonly Resources: Readonly<Record<string, { Properties: { DashboardBody?: readonly [string, unknown] } }>>;
  } = parse(readFileSync(at('infra/template.yaml'), 'utf8'), { logLevel: 'silent' });
  const [body = ''] = template.Resources['ReleasesDashboard']?.Properties.DashboardBody ?? [];
  const read: { readonly widgets: readonly Widget[] } = JSON.parse(
    body.replace('${WrongAnswers}', ', "1"').replaceAll(/\$\{[^}]+\}/g, '1'),
  );
  return read.widgets;
}

test('the body is JSON, and no widget lies on another or leaves the grid of 24 columns', () => {
  const cells = widgets().flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells.every((cell) => Number(cell.split(',')[0]) < 24)).toBe(true);
});

test('it shows the gates, and traffic, responses, latency, faults and unicorns', () => {
  expect(widgets().map(({ type, properties }) => `${type}: ${properties.title}`)).toEqual([
    'alarm: Gates of version 1',
    'metric: Requests a minute, by version',
    'metric: Responses a minute, by class',
    'metric: Latency of the alias in ms, and the SLA',
    'metric: Fault rate in percent, by version',
    'metric: Unicorns in an answer, by version: the fewest of a minute',
    'metric: Crashes, time-outs and throttles of the alias',
  ]);
});

test('every metric that a search asks for is one that the handler sends', () => {
  const sources = ['packages/list/src/middlewares/response-metrics.ts', 'packages/list/src/list-unicorns.ts'];
  const sent = sources.map((path) => readFileSync(at(path), 'utf8')).join('\n');
  const asked = JSON.stringify(widgets()).matchAll(/MetricName=\\+"(\w+)\\+"/g);
  const names = [...asked].map(([, name = '']) => name);
  expect(names).toEqual(['Responses', 'Faults', 'UnicornsListed']);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(sent))).toEqual([]);
});
