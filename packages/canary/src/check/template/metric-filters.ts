import { AwsError, compilePattern, type FilterPattern } from '@unicorns/cloud/inspect';
import type { Branch, JudgedResource } from './read-branch.ts';
import { list, record, text } from './values.ts';

export interface MetricFilter {
  readonly resource: JudgedResource;
  readonly logGroupName: string;
  readonly patternText: string;
  /** Undefined when AWS would refuse it. */
  readonly pattern: FilterPattern | undefined;
  /** What the filter compiler says about a pattern that it refuses. */
  readonly wrong: string | undefined;
  readonly namespace: string;
  readonly metricName: string;
  readonly metricValue: string;
  readonly hasDefaultValue: boolean;
  readonly defaultValue: number | undefined;
  readonly dimensionNames: readonly string[];
  /** The function whose log the filter reads, when the template makes it. */
  readonly functionId: string | undefined;
}

export function readMetricFilters(branch: Branch): readonly MetricFilter[] {
  return branch.ofType('AWS::Logs::MetricFilter').map((resource) => {
    const { properties: p } = resource;
    const transformation = record(list(p['MetricTransformations'])[0]);
    const patternText = text(p['FilterPattern']) ?? '';
    const logGroupName = text(p['LogGroupName']) ?? '';
    return {
      resource,
      logGroupName,
      patternText,
      ...compiled(patternText),
      namespace: text(transformation['MetricNamespace']) ?? '',
      metricName: text(transformation['MetricName']) ?? '',
      metricValue: text(transformation['MetricValue']) ?? '',
      hasDefaultValue: transformation['DefaultValue'] !== undefined,
      defaultValue: branch.names.knownNumber(transformation['DefaultValue']),
      dimensionNames: list(transformation['Dimensions']).map((each) => text(record(each)['Key']) ?? ''),
      functionId: branch.functions.find((it) => logGroupOf(it, branch) === logGroupName)?.id,
    };
  });
}

/** Where the function's lines go: its LoggingConfig's group, else `/aws/lambda/<name>`. Source: cloudwatch 4.7 (D). */
export const logGroupOf = ({ id, properties }: JudgedResource, { names }: Branch): string =>
  text(record(properties['LoggingConfig'])['LogGroup']) ?? `/aws/lambda/${names.nameOf(id)}`;

function compiled(pattern: string): Pick<MetricFilter, 'pattern' | 'wrong'> {
  try {
    return { pattern: compilePattern(pattern, { jsonFilterMatchesTextPrefix: true }), wrong: undefined };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    return { pattern: undefined, wrong: why };
  }
}
