/** Metric filters behind the gates: do they exist in time, read the right log, and can they match at all? */
import { AwsError, type FilterPattern, requireTransformation, transformationInput } from '@unicorns/cloud/inspect';
import { comparisonsIn, findMatchingLine, termsIn } from '../candidate-lines.ts';
import type { Observation, Rule } from '../finding.ts';
import type { Alarm } from '../template/alarms.ts';
import { logGroupOf, type MetricFilter } from '../template/metric-filters.ts';
import type { Branch } from '../template/read-branch.ts';
import { list, text } from '../template/values.ts';
import { eachAlarm, filtersOf, gatesOf } from './gates.ts';

export const atFilter = ({ resource }: MetricFilter, property: string, message: string): Observation => ({
  resourceId: resource.id,
  at: ['Properties', property],
  message,
});

/** The filters that some gate hangs on. */
export function gatingFilters(branch: Branch, counts: (alarm: Alarm) => boolean = () => true): readonly MetricFilter[] {
  const found = new Set<MetricFilter>();
  for (const { alarm } of eachAlarm(branch).filter((gate) => counts(gate.alarm)))
    for (const metric of alarm.metrics) for (const filter of filtersOf(metric, branch)) found.add(filter);
  return [...found];
}

export const filterInvalid: Rule = {
  id: 'filter-invalid',
  severity: 'error',
  title: 'A filter pattern that AWS refuses',
  onAws: 'PutMetricFilter answers InvalidParameterException, and the stack rolls back.',
  cure: 'Put terms with other characters than letters, digits and underscores in double quotes; compare with = != > < >= <=; ask with IS NULL, IS TRUE, IS FALSE or NOT EXISTS.',
  source: 'cloudwatch 1.1–1.5',
  *judge(branch) {
    for (const filter of branch.filters)
      if (filter.wrong !== undefined && branch.names.isKnown(filter.patternText))
        yield atFilter(filter, 'FilterPattern', filter.wrong);
  },
};

export const filterRefused: Rule = {
  id: 'filter-refused',
  severity: 'error',
  title: 'A metric filter that CloudWatch Logs refuses',
  onAws: 'PutMetricFilter answers with this error, and the stack rolls back.',
  cure: 'Correct what the message names: one transformation, a number or a field of the pattern as its value, at most three dimensions, which the pattern names; and a log group of the Standard class.',
  source: 'cloudwatch 1.7',
  *judge(branch) {
    for (const filter of branch.filters) {
      const { resource, logGroupName, pattern } = filter;
      const group = branch.named('AWS::Logs::LogGroup', logGroupName);
      const groupClass = text(group?.properties['LogGroupClass']);
      if (groupClass === 'INFREQUENT_ACCESS' || groupClass === 'DELIVERY')
        yield atFilter(filter, 'LogGroupName', `Groups of the class ${groupClass} have no metric filters.`);
      const wrong = pattern && refusal(resource.properties['MetricTransformations'], pattern, branch);
      if (wrong !== undefined)
        yield {
          ...atFilter(filter, 'MetricTransformations', wrong),
          // The guide asks for it; that PutMetricFilter does is not captured, and templates in use have such filters.
          ...(wrong.endsWith('which the filter pattern does not name.') && { severity: 'warning' }),
        };
    }
  },
};

/** PutMetricFilter's answer to what CloudFormation would send; undefined for what it takes, or is told elsewhere. */
function refusal(transformations: unknown, pattern: FilterPattern, branch: Branch): string | undefined {
  if (!branch.names.isKnown(JSON.stringify(transformations ?? []))) return undefined;
  try {
    // That its texts and numbers are such is what the reader finds out.
    const input = list(transformations).map(transformationInput) as Parameters<typeof requireTransformation>[0];
    requireTransformation(input, pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.message.includes('mutually exclusive') ? undefined : error.message;
  }
}

export const filterCannotMatch: Rule = {
  id: 'filter-cannot-match',
  severity: 'error',
  title: 'A filter pattern that no line can match',
  onAws: 'The metric stays silent, and so does the alarm on it.',
  cure: 'Write !Sub before a pattern with ${…} in it; join alternatives with ||, not &&.',
  source: 'cloudwatch 1.4',
  *judge(branch) {
    for (const filter of branch.filters) {
      const { pattern, patternText } = filter;
      if (pattern === undefined || !branch.names.isKnown(patternText)) continue;
      if (/\$\{[^}]*\}/.test(patternText))
        yield atFilter(
          filter,
          'FilterPattern',
          `The pattern holds "${/\$\{[^}]*\}/.exec(patternText)?.[0] ?? ''}" as text: without !Sub nothing is put in.`,
        );
      else if (findMatchingLine(pattern).type === 'none')
        yield atFilter(
          filter,
          'FilterPattern',
          `No line satisfies ${branch.names.show(patternText)}: its conditions exclude one another.`,
        );
    }
  },
};

export const optionalTermsDropped: Rule = {
  id: 'filter-optional-terms',
  severity: 'warning',
  title: 'Optional terms that are dropped',
  onAws: 'As soon as one term has no question mark, all terms that have one are ignored without a word.',
  cure: 'Put a question mark before every term, or before none.',
  source: 'cloudwatch 1.2.5',
  *judge(branch) {
    for (const filter of branch.filters) {
      if (filter.pattern?.kind !== 'terms') continue;
      const signs = new Set(termsIn(filter.patternText).map(({ sign }) => sign));
      if (signs.has('?') && signs.size > 1)
        yield atFilter(filter, 'FilterPattern', `In ${filter.patternText} the terms with ? do not count.`);
    }
  },
};

export const quotedNumber: Rule = {
  id: 'filter-quoted-number',
  severity: 'note',
  title: 'A filter that compares a number as text',
  onAws: 'Whether "500" matches the number 500 is not documented (assumption type-coercion).',
  cure: 'Write the number without quotes where the log has a number.',
  source: 'cloudwatch 1.4.12',
  *judge(branch) {
    for (const filter of gatingFilters(branch)) {
      if (filter.pattern?.kind !== 'json') continue;
      const found = comparisonsIn(filter.patternText).find(
        ({ isQuoted, operand, selector }) => isQuoted && /^\d{3}$/.test(operand) && /status|code/i.test(selector),
      );
      if (found !== undefined)
        yield atFilter(filter, 'FilterPattern', `${found.selector} is compared with the text "${found.operand}".`);
    }
  },
};

export const filterGroupMissing: Rule = {
  id: 'filter-log-group',
  severity: 'warning',
  title: 'A filter on a log group that the template does not make',
  onAws:
    'Lambda makes the group at the first invocation. Until then PutMetricFilter answers «The specified log group does not exist», and the stack rolls back.',
  cure: 'Declare the group (AWS::Logs::LogGroup) and take its !Ref as LogGroupName.',
  source: 'P19',
  *judge(branch) {
    for (const filter of branch.filters) {
      const { logGroupName: name } = filter;
      const group = branch.named('AWS::Logs::LogGroup', name);
      if (group === undefined) {
        const isOwn = filter.functionId !== undefined || name.includes('${');
        const message = name.includes('${')
          ? `The log group is the text "${name}": without !Sub nothing is put in.`
          : `No resource makes the log group ${branch.names.show(name)}.`;
        if (branch.names.isKnown(name))
          yield { ...atFilter(filter, 'LogGroupName', message), ...(!isOwn && { severity: 'note' }) };
      } else if (!branch.comesAfter(filter.resource.id, group.id))
        yield atFilter(
          filter,
          'LogGroupName',
          `The filter names the group of ${group.id} by text: CloudFormation may make the filter first.`,
        );
    }
  },
};

export const filterReadsElsewhere: Rule = {
  id: 'filter-other-group',
  severity: 'error',
  title: 'A filter on a log that the function does not write',
  onAws:
    'The function’s LoggingConfig sends its lines to another group. The filter sees none, and the alarm never fires.',
  cure: 'Filter the group that LoggingConfig.LogGroup names.',
  source: 'cloudwatch 4.7',
  *judge(branch) {
    for (const filter of gatingFilters(branch)) {
      const fn = branch.functions.find(({ id }) => filter.logGroupName === `/aws/lambda/${branch.names.nameOf(id)}`);
      if (fn === undefined || logGroupOf(fn, branch) === filter.logGroupName) continue;
      const group = logGroupOf(fn, branch);
      const { names } = branch;
      yield {
        ...atFilter(
          filter,
          'LogGroupName',
          `${fn.id} writes to ${names.isKnown(group) ? names.show(group) : 'the group that a parameter names'}, the filter reads ${names.show(filter.logGroupName)}.`,
        ),
        ...(!names.isKnown(group) && { severity: 'warning' }),
      };
    }
  },
};

export const filterAfterTraffic: Rule = {
  id: 'filter-after-alarm',
  severity: 'warning',
  title: 'Nothing makes the filter before traffic moves',
  onAws:
    'An alarm knows its metric by name alone, so CloudFormation sees no dependency. Traffic can shift before the filter counts; filters do not look back.',
  cure: 'DependsOn: the filter, in the alarm.',
  source: 'codedeploy 1.6.2, cloudwatch 1.7.6',
  *judge(branch) {
    const told = new Set<string>();
    for (const { alias, alarm } of gatesOf(branch))
      for (const metric of alarm.metrics)
        for (const { resource } of filtersOf(metric, branch)) {
          const key = `${alarm.resource.id} ${resource.id}`;
          if (told.has(key) || branch.comesAfter(alias.resource.id, resource.id)) continue;
          told.add(key);
          yield {
            resourceId: alarm.resource.id,
            message: `The release of ${alias.functionId} does not wait for the filter ${resource.id} that feeds this alarm.`,
          };
        }
  },
};

export const defaultWithDimensions: Rule = {
  id: 'filter-default-with-dimensions',
  severity: 'error',
  title: 'A filter with dimensions and a default value',
  onAws: 'PutMetricFilter refuses the two together, and the stack rolls back.',
  cure: 'Leave out DefaultValue, or put what the dimension says into the metric’s name.',
  source: 'cloudwatch 1.7.3',
  *judge(branch) {
    for (const filter of branch.filters)
      if (filter.hasDefaultValue && filter.dimensionNames.length > 0)
        yield atFilter(filter, 'MetricTransformations', 'DefaultValue and Dimensions exclude each other.');
  },
};

export const filterRules: readonly Rule[] = [
  filterInvalid,
  filterRefused,
  filterCannotMatch,
  optionalTermsDropped,
  quotedNumber,
  filterGroupMissing,
  filterReadsElsewhere,
  filterAfterTraffic,
  defaultWithDimensions,
];
