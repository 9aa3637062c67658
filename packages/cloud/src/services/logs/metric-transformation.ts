/** What a metric filter makes of a matching line, held to what PutMetricFilter takes. Source: API-MT, MF (D), section 1.7. */
import type { MetricTransformation as TransformationShape } from '@aws-sdk/client-cloudwatch-logs';
import type { FilterPattern } from './filter-pattern/compile-pattern.ts';
import { isMetricValue, literalNumber } from './metric-value.ts';
import type { MetricTransformation } from './state.ts';
import { constraint, invalid, requireName } from './validation.ts';

const MAX_DIMENSIONS = 3;
const METRIC_NAME = /^[^:*$]*$/;

/** Throws AWS's answer to a transformation that it refuses. */
export function requireTransformation(
  all: readonly TransformationShape[] | undefined,
  pattern: FilterPattern,
): MetricTransformation {
  const [given] = all ?? [];
  if (given === undefined || all?.length !== 1)
    throw constraint('metricTransformations', `[${all?.length ?? 0}]`, 'have length equal to 1');
  const { metricName, metricNamespace, metricValue, defaultValue, unit, dimensions } = given;
  requireName('metricTransformations.1.member.metricName', metricName, METRIC_NAME, 255);
  requireName('metricTransformations.1.member.metricNamespace', metricNamespace, METRIC_NAME, 255);
  requireName('metricTransformations.1.member.metricValue', metricValue, /^.*$/, 100);
  if (metricNamespace.startsWith('AWS/')) throw invalid("The metric namespace must not start with 'AWS/'.");
  requireValue(metricValue, pattern);
  const hasDimensions = dimensions !== undefined && Object.keys(dimensions).length > 0;
  if (hasDimensions) requireDimensions(dimensions, defaultValue, pattern);
  return {
    metricName,
    metricNamespace,
    metricValue,
    ...(defaultValue !== undefined && { defaultValue }),
    ...(hasDimensions && { dimensions }),
    ...(unit !== undefined && { unit }),
  };
}

/** A number, or a field that the pattern's language can extract (rule 1.7.2). */
function requireValue(metricValue: string, pattern: FilterPattern): void {
  const literal = literalNumber(metricValue);
  if (literal !== undefined && !isMetricValue(literal))
    throw invalid('Invalid metric transformation: the metric value has to lie within ±2^360.');
  if (literal !== undefined) return;
  if (!readable(metricValue, pattern))
    throw invalid('Invalid metric transformation: the metric value has to be a number or a field of the pattern.');
}

/** Source: API-MT (D), rule 1.7.4; the text for patterns that extract nothing: hashicorp/terraform-provider-aws#28881 (C). */
function requireDimensions(
  dimensions: Record<string, string>,
  defaultValue: number | undefined,
  pattern: FilterPattern,
): void {
  if (pattern.kind !== 'json' && pattern.kind !== 'space-delimited')
    throw invalid('The specified filter pattern does not support dimensions');
  if (defaultValue !== undefined)
    throw invalid('Invalid metric transformation: dimensions and default value are mutually exclusive properties.');
  const entries = Object.entries(dimensions);
  if (entries.length > MAX_DIMENSIONS)
    throw constraint(
      'metricTransformations.1.member.dimensions',
      `{${entries.length}}`,
      `have length less than or equal to ${MAX_DIMENSIONS}`,
    );
  for (const [name, field] of entries)
    if (!pattern.fields.includes(field) && !isNumbered(field, pattern))
      throw invalid(
        `Invalid metric transformation: the dimension ${name} uses ${field}, which the filter pattern does not name.`,
      );
}

/** `$3` is the third field of a space-delimited pattern. */
const isNumbered = (field: string, { kind }: FilterPattern): boolean =>
  kind === 'space-delimited' && /^\$[1-9]\d*$/.test(field);

function readable(field: string, pattern: FilterPattern): boolean {
  if (pattern.kind === 'space-delimited') return pattern.fields.includes(field) || isNumbered(field, pattern);
  try {
    return pattern.reader(field) !== undefined;
  } catch {
    return false;
  }
}
