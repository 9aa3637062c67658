import type {
  DeleteMetricFilterRequest,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  MetricFilter as MetricFilterShape,
  MetricTransformation as TransformationShape,
  PutMetricFilterRequest,
  TestMetricFilterRequest,
  TestMetricFilterResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { UNITS } from '../cloudwatch/index.ts';
import { compilePattern, filterLine, type FilterPattern } from './filter-pattern/compile-pattern.ts';
import { requireTransformation } from './metric-transformation.ts';
import type { LogGroup, MetricFilter, MetricTransformation } from './state.ts';
import {
  constraint,
  invalid,
  NO_COLON_OR_STAR,
  page,
  requireGroup,
  requireLimit,
  requireName,
  streamResource,
} from './validation.ts';

const byGroup = (world: World, { logGroupName }: { logGroupName?: string | undefined }) =>
  streamResource(world, logGroupName);

const MAX_FILTERS = 100;
const MAX_REGEX_FILTERS = 5;

/** Puts a metric filter, or replaces the one of that name. Source: API-PMF, API-MT, MF (D), section 1.7. */
export const PutMetricFilter = operation<PutMetricFilterRequest>({
  action: 'logs:PutMetricFilter',
  resource: byGroup,
  run(world, input, { now }) {
    const group = requireGroup(world, input.logGroupName);
    requireName('filterName', input.filterName, NO_COLON_OR_STAR);
    if (input.filterPattern === undefined) throw constraint('filterPattern', undefined, 'not be null');
    refuseUnsupported(input);
    const pattern = compilePattern(input.filterPattern, world.assumptions);
    const transformation = requireTransformation(input.metricTransformations, pattern);
    requireUnit(transformation);
    const filter: MetricFilter = {
      name: input.filterName,
      logGroup: group.name,
      pattern: input.filterPattern,
      createdAt: now,
      transformation: keepUnit(transformation, group.filters.get(input.filterName)),
    };
    refuseTooMany(world, group, filter, pattern);
    return { output: {}, effects: [{ type: 'logs.MetricFilterPut', filter }] };
  },
});

/** The unit of a filter that exists stays as it was: changing it has no effect. Source: MF (D), rule 1.7.5. */
function keepUnit(given: MetricTransformation, existing: MetricFilter | undefined): MetricTransformation {
  if (existing === undefined) return given;
  const { unit: _given, ...rest } = given;
  const { unit } = existing.transformation;
  return unit === undefined ? rest : { ...rest, unit };
}

function refuseUnsupported({
  applyOnTransformedLogs,
  fieldSelectionCriteria,
  emitSystemFieldDimensions,
}: PutMetricFilterRequest): void {
  const used = Object.entries({ applyOnTransformedLogs, fieldSelectionCriteria, emitSystemFieldDimensions })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => name);
  if (used.length > 0) throw invalid(`${used.join(', ')} of a metric filter cannot be rehearsed. See docs/slice.md.`);
}

function requireUnit({ unit }: MetricTransformation): void {
  if (unit !== undefined && !UNITS.includes(unit))
    throw constraint('metricTransformations.1.member.unit', unit, `satisfy enum value set: [${UNITS.join(', ')}]`);
}

function refuseTooMany(world: World, group: LogGroup, { name }: MetricFilter, { regexes }: FilterPattern): void {
  const others = [...group.filters.values()].filter((other) => other.name !== name);
  if (others.length >= MAX_FILTERS) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
  const withRegex = others.filter((other) => compilePattern(other.pattern, world.assumptions).regexes > 0).length;
  if (regexes > 0 && withRegex >= MAX_REGEX_FILTERS)
    throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
}

export const DeleteMetricFilter = operation<DeleteMetricFilterRequest>({
  action: 'logs:DeleteMetricFilter',
  resource: byGroup,
  run(world, { logGroupName, filterName }) {
    const group = requireGroup(world, logGroupName);
    requireName('filterName', filterName, NO_COLON_OR_STAR);
    if (!group.filters.has(filterName))
      throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
    return { output: {}, effects: [{ type: 'logs.MetricFilterDeleted', logGroup: group.name, filterName }] };
  },
});

/** Filters of one group, or of all; in the order of their names. */
export const DescribeMetricFilters = operation<DescribeMetricFiltersRequest>({
  action: 'logs:DescribeMetricFilters',
  resource: byGroup,
  run(world, { logGroupName, filterNamePrefix = '', metricName, metricNamespace, nextToken, limit }) {
    if ((metricName === undefined) !== (metricNamespace === undefined))
      throw invalid('metricName and metricNamespace must be specified together.');
    const groups = logGroupName === undefined ? [...world.logs.groups.values()] : [requireGroup(world, logGroupName)];
    const filters = groups
      .flatMap((group) => [...group.filters.values()].map((filter) => describeFilter(group, filter)))
      .filter(({ filterName }) => filterName?.startsWith(filterNamePrefix))
      .filter(
        ({ metricTransformations: [made] = [] }) =>
          metricName === undefined || (made?.metricName === metricName && made.metricNamespace === metricNamespace),
      )
      .toSorted((a, b) => ((a.filterName ?? '') < (b.filterName ?? '') ? -1 : 1));
    const { items, ...next } = page(filters, nextToken, requireLimit(limit, 50, 50));
    return { output: { metricFilters: items, ...next } satisfies DescribeMetricFiltersResponse, effects: [] };
  },
});

const describeFilter = (
  group: LogGroup,
  { name, pattern, createdAt, transformation }: MetricFilter,
): MetricFilterShape => ({
  filterName: name,
  filterPattern: pattern,
  // The unit is one of StandardUnit: PutMetricFilter was its door.
  metricTransformations: [{ ...transformation } as TransformationShape],
  creationTime: createdAt,
  logGroupName: group.name,
});

/** Source: API-TMF (D), section 1.8. */
export const TestMetricFilter = operation<TestMetricFilterRequest>({
  action: 'logs:TestMetricFilter',
  resource: () => '*',
  run(world, { filterPattern, logEventMessages: messages }) {
    if (filterPattern === undefined) throw constraint('filterPattern', undefined, 'not be null');
    if (messages === undefined || messages.length === 0)
      throw constraint('logEventMessages', '[]', 'have length greater than or equal to 1');
    if (messages.length > 50)
      throw constraint('logEventMessages', `[${messages.length}]`, 'have length less than or equal to 50');
    const pattern = compilePattern(filterPattern, world.assumptions);
    const matches = messages.flatMap((eventMessage, i) => {
      const { matches: isMatch, extractedValues } = filterLine(pattern, eventMessage);
      return isMatch ? [{ eventNumber: i + 1, eventMessage, extractedValues }] : [];
    });
    return { output: { matches } satisfies TestMetricFilterResponse, effects: [] };
  },
});
