/** Ways in which a filter or the log before it is wrong. */
import { type Changes, type Json, ref, sub } from '../judged.fixture.ts';
import { onFilter } from '../rules/filtered.fixture.ts';
import { coded, way, type Ways } from './way.fixture.ts';

const pattern = (FilterPattern: unknown, more: Changes = {}): Changes => onFilter({ FilterPattern }, more);
const made = (...transformations: readonly Json[]): Changes =>
  onFilter({
    MetricTransformations: transformations.map((it) => ({
      MetricNamespace: 'Shop',
      MetricName: 'Failed',
      MetricValue: '1',
      ...it,
    })),
  });
const byField = (Value: string): Json => ({ Dimensions: [{ Key: 'path', Value }] });
const inGroup = (properties: Json, name: unknown = ref('Own')): Changes =>
  onFilter({ LogGroupName: name }, { resources: { Own: { Type: 'AWS::Logs::LogGroup', Properties: properties } } });
const waits = (attributes: Json): Changes => {
  const { alarm, resources } = onFilter({});
  const Second = { Type: 'AWS::CloudWatch::Alarm', ...attributes, Properties: { ...COUNT, ...alarm, Dimensions: [] } };
  return { preference: { Alarms: [ref('Second')] }, resources: { ...resources, Second } };
};
const COUNT: Json = {
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
};
const api = (MetricName: string): Changes => ({
  alarm: { Namespace: 'AWS/ApiGateway', MetricName, Dimensions: [{ Name: 'ApiName', Value: 'a' }] },
});
/** A filter on the function's own group. */
const logged = (list: Json, FilterPattern = '{ $.log = "response" && $.statusCode >= 500 }'): Changes =>
  pattern(FilterPattern, {
    list: { ...list, LoggingConfig: { LogGroup: ref('Group'), ...(list['LoggingConfig'] as Json | undefined) } },
  });
const CONSOLE = 'console.log({ log: "response", statusCode })';
const POWERTOOLS = `import { Logger } from "@aws-lambda-powertools/logger"; logger.info("x", { log: "response", statusCode })`;
const IN_JSON: Json = { LoggingConfig: { LogFormat: 'JSON' } };
const at = (ApplicationLogLevel: string, LogFormat = 'JSON'): Json => ({
  LoggingConfig: { LogFormat, ApplicationLogLevel },
});
const variable = (name: string, value: string): Json => ({ Environment: { Variables: { [name]: value } } });
const emf = (list: Json): Changes => ({
  list,
  alarm: { Namespace: 'Shop', MetricName: 'Orders', Dimensions: null },
});

export const lineWays: Ways = {
  'filter-invalid': [
    way('a bare term with a dash', pattern('time-out'), 'double quotes', pattern('"time-out"')),
    way('no closing brace', pattern('{ $.status >= 500'), 'has to end with }', pattern('{ $.status >= 500 }')),
    way('EXISTS, which there is not', pattern('{ $.error EXISTS }'), '', pattern('{ $.error NOT EXISTS }')),
    way('a path without quotes', pattern('{ $.path = /a }'), 'double quotes', pattern('{ $.path = "/a" }')),
    way('parentheses in a regular expression', pattern('%(a|b)%'), '', pattern('%[ab]%')),
    way('a filter that guards nothing', { ...pattern('time-out'), alarm: {} }, 'double quotes', {
      ...pattern('time'),
      alarm: {},
    }),
  ],
  'filter-refused': [
    way('two transformations', made({}, { MetricName: 'Other' }), 'length equal to 1', made({})),
    way('no transformation', made(), 'length equal to 1', made({})),
    way(
      'a namespace of AWS',
      made({ MetricNamespace: 'AWS/Shop' }),
      "must not start with 'AWS/'",
      made({ MetricNamespace: 'AWSShop' }),
    ),
    way('a value that is no number', made({ MetricValue: 'one' }), 'a number or a field', made({ MetricValue: '1.5' })),
    way(
      'a dimension that the pattern does not name',
      made(byField('$.path')),
      '$.path',
      made(byField('$.status')),
      'warning',
    ),
    way(
      'a dimension of terms',
      {
        ...made(byField('$.path')),
        ...onFilter({
          FilterPattern: 'ERROR',
          MetricTransformations: [
            { MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...byField('$.path') },
          ],
        }),
      },
      'does not support dimensions',
      pattern('ERROR'),
    ),
    way(
      'a group of infrequent access',
      inGroup({ LogGroupClass: 'INFREQUENT_ACCESS' }),
      'INFREQUENT_ACCESS have no',
      inGroup({ LogGroupClass: 'STANDARD' }),
    ),
    way('a group for delivery', inGroup({ LogGroupClass: 'DELIVERY' }), 'DELIVERY have no', inGroup({})),
  ],
  'filter-cannot-match': [
    way(
      'an empty range',
      pattern('{ $.status > 599 && $.status < 500 }'),
      'exclude one another',
      pattern('{ $.status >= 500 && $.status <= 599 }'),
    ),
    way(
      'two values at once',
      pattern('{ $.status = 500 && $.status = 503 }'),
      'exclude one another',
      pattern('{ $.status = 500 || $.status = 503 }'),
    ),
    way(
      'a value and below it',
      pattern('{ $.res = "x" && $.res.code = 500 }'),
      'exclude one another',
      pattern('{ $.text = "x" && $.res.code = 500 }'),
    ),
    way(
      'two beginnings',
      pattern('{ $.path = "/a*" && $.path = "/b*" }'),
      'exclude one another',
      pattern('{ $.path = "/a*" && $.path = "*b" }'),
    ),
    way('a term that is excluded', pattern('ERROR -ERROR'), 'exclude one another', pattern('ERROR -"ERROR Task" Task')),
    way(
      'a forgotten !Sub',
      pattern('{ $.function = "${List}" }'),
      '"${List}" as text',
      pattern(sub('{ $.function = "${List}" }')),
    ),
  ],
  'filter-optional-terms': [
    way(
      'one without a question mark',
      pattern('?ERROR ?Exception REQUEST'),
      'do not count',
      pattern('?ERROR ?Exception ?REQUEST'),
    ),
  ],
  'filter-quoted-number': [
    way(
      'a status as text',
      pattern('{ $.status = "500" }'),
      'compared with the text "500"',
      pattern('{ $.status = 500 }'),
    ),
  ],
  'filter-log-group': [
    way(
      'the one that Lambda makes',
      onFilter({ LogGroupName: sub('/aws/lambda/${List}') }),
      'No resource makes',
      inGroup({ LogGroupName: sub('/aws/lambda/${List}') }),
    ),
    way(
      'one of another stack',
      onFilter({ LogGroupName: '/shared' }),
      '/shared',
      onFilter({ LogGroupName: { 'Fn::ImportValue': 'group' } }),
      'note',
    ),
    way(
      'by text, not by reference',
      onFilter({ LogGroupName: '/list' }),
      'by text',
      onFilter({ LogGroupName: ref('Group') }),
    ),
    way(
      'a forgotten !Sub',
      onFilter({ LogGroupName: '/aws/lambda/${List}' }),
      'without !Sub',
      inGroup({ LogGroupName: sub('/aws/lambda/${List}') }),
    ),
  ],
  'filter-other-group': [
    way(
      'a group of its own',
      onFilter({ LogGroupName: sub('/aws/lambda/${List}') }, { list: { LoggingConfig: { LogGroup: ref('Group') } } }),
      'List writes to /list',
      onFilter({}, { list: { LoggingConfig: { LogGroup: ref('Group') } } }),
    ),
    way(
      'one that a parameter names',
      onFilter(
        { LogGroupName: sub('/aws/lambda/${List}') },
        {
          list: { LoggingConfig: { LogGroup: ref('Named') } },
          template: { Parameters: { Named: { Type: 'String' } } },
        },
      ),
      'that a parameter names',
      onFilter(
        { LogGroupName: ref('Named') },
        {
          list: { LoggingConfig: { LogGroup: ref('Named') } },
          template: { Parameters: { Named: { Type: 'String' } } },
        },
      ),
      'warning',
    ),
  ],
  'filter-after-alarm': [
    way('no dependency', waits({}), 'does not wait for the filter Filter', waits({ DependsOn: 'Filter' })),
  ],
  'filter-default-with-dimensions': [
    way('both', made({ DefaultValue: 0, ...byField('$.status') }), 'exclude each other', made({ DefaultValue: 0 })),
  ],
  'filter-text-prefix': [
    way('console.log', coded(logged({}), CONSOLE), 'text format', coded(logged({}), POWERTOOLS)),
    way('no code at hand', logged({}), 'text format', logged({}, 'ERROR')),
  ],
  'filter-nested-field': [
    way(
      'console.log',
      coded(logged(IN_JSON), CONSOLE),
      '$.log, $.statusCode are under $.message',
      coded(logged(IN_JSON), POWERTOOLS),
    ),
    way(
      'no code at hand',
      logged(IN_JSON),
      'with console.log',
      logged(IN_JSON, '{ $.message.statusCode >= 500 }'),
      'note',
    ),
  ],
  'line-not-written': [
    way(
      'a field that nobody names',
      coded(logged({}), 'console.log({ log: "response", status })'),
      '"statusCode"',
      coded(logged({}), CONSOLE),
    ),
    way(
      'the same, while other code may name it',
      coded(logged({}), 'console.log({})'),
      '"statusCode"',
      coded(logged({}), 'console.log({})', false),
    ),
  ],
  'log-level': [
    way(
      'of Lambda, response lines',
      logged(at('WARN')),
      'ApplicationLogLevel WARN drops response lines',
      logged(at('WARN', 'Text')),
    ),
    way('of Lambda, EMF', emf(at('ERROR')), 'drops EMF metrics', emf(at('INFO'))),
    way(
      'of Powertools',
      logged(variable('POWERTOOLS_LOG_LEVEL', 'ERROR')),
      'POWERTOOLS_LOG_LEVEL ERROR',
      logged(variable('POWERTOOLS_LOG_LEVEL', 'INFO')),
    ),
    way(
      'of the logger',
      logged(variable('LOG_LEVEL', 'silent')),
      'LOG_LEVEL silent',
      logged(variable('LOG_LEVEL', 'debug')),
    ),
    way(
      'metrics switched off',
      emf(variable('POWERTOOLS_METRICS_DISABLED', 'true')),
      'switches metrics off',
      emf(variable('POWERTOOLS_METRICS_DISABLED', 'false')),
    ),
    way(
      'metrics on a developer’s machine',
      emf(variable('POWERTOOLS_DEV', 'true')),
      'switches metrics off',
      logged(variable('POWERTOOLS_DEV', 'true')),
    ),
  ],
  'caller-can-stop': [
    way('4XXError', api('4XXError'), 'counts what callers do wrong', api('5XXError')),
    way('4xx', api('4xx'), 'counts what callers do wrong', api('5xx')),
    way('Url4xxCount', { alarm: { MetricName: 'Url4xxCount' } }, 'counts what callers do wrong', {
      alarm: { MetricName: 'Url5xxCount' },
    }),
    way(
      'from 400 on',
      pattern('{ $.statusCode >= 400 }'),
      'a bad request is enough',
      pattern('{ $.statusCode >= 500 }'),
    ),
    way('all but 400', pattern('{ $.statusCode > 400 }'), 'counts 401, 403', pattern('{ $.statusCode > 499 }'), 'note'),
    way(
      'fields of an access log',
      pattern('[ip, user, status = 4*, bytes]'),
      'a bad request is enough',
      pattern('[ip, user, status = 5*, bytes]'),
    ),
    way('a term', pattern('?ERROR ?404'), 'is that what a caller gets', pattern('ERROR -404'), 'note'),
  ],
};
