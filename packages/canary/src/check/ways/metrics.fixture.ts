/** Ways in which an alarm asks for a metric that has no data. */
import { type Changes, dimensions, type Json, ref, sub, VERSION } from '../judged.fixture.ts';
import { onFilter } from '../rules/filtered.fixture.ts';
import { coded, way, type Ways } from './way.fixture.ts';

const GOOD: Json = { FunctionName: ref('List'), Resource: sub('${List}:live'), ExecutedVersion: VERSION };
const asks = (values: Json, changes: Changes = {}): Changes => ({
  ...changes,
  alarm: { Dimensions: dimensions(values), ...changes.alarm },
});
const but = (values: Json, changes: Changes = {}): Changes => asks({ ...GOOD, ...values }, changes);
const api = (values: Json, MetricName = '5XXError', Namespace = 'AWS/ApiGateway'): Changes => ({
  alarm: { Namespace, MetricName, Dimensions: dimensions(values) },
  resources: {
    Api: { Type: 'AWS::Serverless::Api', Properties: { Name: 'Shop', StageName: 'Prod' } },
    Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'http', ProtocolType: 'HTTP' } },
  },
});
const OTHER: Json = {
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs24.x', AutoPublishAlias: 'live' },
};
const metric = (Namespace: string, MetricName = 'Errors', more: Json = {}): Changes => ({
  alarm: { Namespace, MetricName, ...more },
});
const inMath = (Namespace: string, MetricName: string): Changes => ({
  alarm: {
    ...Object.fromEntries(['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period'].map((it) => [it, null])),
    Metrics: [
      {
        Id: 'm',
        MetricStat: { Metric: { Namespace, MetricName, Dimensions: dimensions(GOOD) }, Period: 60, Stat: 'Sum' },
      },
    ],
  },
});
const published = (watched: Json, filter: Json = {}): Changes =>
  onFilter(
    { MetricTransformations: [{ MetricNamespace: 'Shop', MetricName: 'Failed', MetricValue: '1', ...filter }] },
    { alarm: watched },
  );
const OWN: Changes = { alarm: { Namespace: 'Shop', MetricName: 'Orders', Dimensions: null } };
const { FunctionName, Resource, ExecutedVersion } = GOOD;

export const metricWays: Ways = {
  'dimension-set': [
    way('no FunctionName', asks({ Resource, ExecutedVersion }), 'the dimensions ExecutedVersion + Resource', but({})),
    way('Resource alone', asks({ Resource }), 'the dimensions Resource.', asks({ FunctionName, Resource })),
    way(
      'no Resource',
      asks({ FunctionName, ExecutedVersion }),
      'ExecutedVersion + FunctionName.',
      asks({ FunctionName }),
    ),
    way('a name in another case', asks({ functionName: FunctionName }), 'functionName', asks({ FunctionName })),
    way('a dimension too many', but({ Region: 'eu-west-1' }), '+ Region', {
      alarm: { Namespace: 'Shop', Dimensions: dimensions({ Region: 'eu-west-1' }) },
    }),
    way('an API by its stage alone', api({ Stage: 'Prod' }), 'Stage', api({ ApiName: 'Shop', Stage: 'Prod' })),
    way(
      'an HTTP API by a name',
      api({ ApiName: 'http', Route: '/' }, '5xx'),
      'ApiName + Route',
      api({ ApiId: 'a' }, '5xx'),
    ),
  ],
  'dimension-value': [
    way(
      'an ARN as FunctionName',
      but({ FunctionName: { 'Fn::GetAtt': ['List', 'Arn'] } }),
      'FunctionName is an ARN',
      but({}),
    ),
    way('a qualifier in FunctionName', but({ FunctionName: Resource }), 'qualifier belongs into Resource', but({})),
    way('a logical id as FunctionName', but({ FunctionName: 'List' }), 'take !Ref List', {
      list: { FunctionName: 'List' },
      ...but({ FunctionName: 'List', Resource: 'List:live' }),
    }),
    way(
      'FunctionName in another case',
      { list: { FunctionName: 'shop-list' }, ...asks({ FunctionName: 'Shop-List' }) },
      'the function is called "shop-list". Case counts',
      { list: { FunctionName: 'shop-list' }, ...asks({ FunctionName: 'shop-list' }) },
    ),
    way('a forgotten !Sub', but({ Resource: '${List}:live' }), 'without !Sub', but({})),
    way('an ARN as Resource', but({ Resource: ref('List.Alias') }), 'Resource is an ARN', but({})),
    way(
      'a version in Resource',
      but({ Resource: sub('${List}:${List.Version.Version}') }),
      'Resource names a version',
      but({}),
    ),
    way('a number in Resource', but({ Resource: sub('${List}:7') }), 'Resource names a version', {
      list: { AutoPublishAlias: 'live7' },
      ...but({ Resource: sub('${List}:live7') }),
    }),
    way('no qualifier in Resource', but({ Resource: ref('List') }), 'calls without a qualifier', but({})),
    way('another alias in Resource', but({ Resource: sub('${List}:prod') }), 'names the alias "prod"', {
      list: { AutoPublishAlias: 'prod' },
      ...but({ Resource: sub('${List}:prod') }),
    }),
    way('another function in Resource', but({ Resource: 'list:live' }), 'Resource begins with "list"', {
      list: { FunctionName: 'list' },
      ...but({ Resource: 'list:live' }),
    }),
    way(
      'an ARN as ExecutedVersion',
      but({ ExecutedVersion: ref('List.Version') }),
      'ExecutedVersion is an ARN',
      but({}),
    ),
    way('$LATEST as ExecutedVersion', but({ ExecutedVersion: '$LATEST' }), 'ExecutedVersion is $LATEST', but({})),
    way(
      'an alias as ExecutedVersion',
      but({ ExecutedVersion: 'live' }),
      'the number of the version',
      but({ ExecutedVersion: '7' }),
    ),
    way(
      'another function’s version',
      but({ ExecutedVersion: { 'Fn::GetAtt': ['Other', 'Version.Version'] } }, { resources: { Other: OTHER } }),
      'another function’s',
      but({}, { resources: { Other: OTHER } }),
    ),
    way(
      'an API’s name without !Sub',
      api({ ApiName: '${AWS::StackName}' }),
      'without !Sub',
      api({ ApiName: ref('AWS::StackName') }),
    ),
    way('an API’s id for its name', api({ ApiName: ref('Api') }), 'ApiName is !Ref Api', api({ ApiName: 'Shop' })),
    way(
      'an API’s logical id for its name',
      api({ ApiName: 'Api' }),
      'The API is called "Shop"',
      api({ ApiName: 'Elsewhere' }),
    ),
    way('an API’s name in another case', api({ ApiName: 'shop' }), 'Case counts', api({ ApiName: 'Shop' })),
    way(
      'a stage in another case',
      api({ ApiName: 'Shop', Stage: 'prod' }),
      'Stage is "prod"',
      api({ ApiName: 'Elsewhere', Stage: 'prod' }),
    ),
    way(
      'an HTTP API’s name for its id',
      api({ ApiId: 'http' }, '5xx'),
      '!Ref Http',
      api({ ApiId: ref('Http') }, '5xx'),
    ),
    way(
      'an HTTP API’s logical id for its id',
      api({ ApiId: 'Http' }, '5xx'),
      '!Ref Http',
      api({ ApiId: 'a1b2c3' }, '5xx'),
    ),
  ],
  'fixed-version': [way('the third for ever', but({ ExecutedVersion: '3' }), 'ExecutedVersion is always 3', but({}))],
  'other-function': [
    way(
      'one of this template',
      asks({ FunctionName: ref('Other') }, { resources: { Other: OTHER } }),
      'The alarm watches Other',
      asks({ FunctionName }, { resources: { Other: OTHER } }),
    ),
    way(
      'one that is nowhere',
      { list: { FunctionName: 'shop-list' }, ...asks({ FunctionName: 'shop-lits' }) },
      'which this template does not make',
      { list: { FunctionName: 'shop-list' }, ...asks({ FunctionName: 'shop-list' }) },
    ),
  ],
  'metric-name': [
    way('in the singular', metric('AWS/Lambda', 'Error'), '"Errors" is its name', metric('AWS/Lambda')),
    way('in lower case', metric('AWS/Lambda', 'errors'), '"Errors" is its name', metric('AWS/Lambda', 'Throttles')),
    way('like none', metric('AWS/Lambda', 'Crashes'), 'no metric "Crashes"', metric('Shop', 'Crashes'), 'warning'),
    way('inside an expression', inMath('AWS/Lambda', 'errors'), '"Errors" is its name', inMath('AWS/Lambda', 'Errors')),
    way('5xx of a REST API', api({ ApiName: 'Shop' }, '5xx'), '"5XXError" is its name', api({ ApiName: 'Shop' })),
    way(
      '5XXError of an HTTP API',
      api({ ApiId: ref('Http') }),
      '"5xx" is its name',
      api({ ApiId: ref('Http') }, '5xx'),
    ),
    way(
      '4xxError, half of each',
      api({ ApiName: 'Shop' }, '4xxError'),
      '"4XXError" is its name',
      api({ ApiName: 'Shop' }, '4XXError'),
    ),
  ],
  'metric-namespace': [
    way('in another case', metric('AWS/lambda'), 'AWS calls it "AWS/Lambda"', metric('AWS/Lambda')),
    way(
      'of HTTP APIs, which have none',
      api({ ApiId: 'a' }, '5xx', 'AWS/ApiGatewayV2'),
      '"AWS/ApiGateway"',
      api({ ApiId: 'a' }, '5xx'),
    ),
    way('without AWS/', metric('Lambda'), 'AWS calls it "AWS/Lambda"', metric('Lambda', 'Orders'), 'warning'),
    way('without !Sub', metric('${AWS::StackName}'), 'without !Sub', { alarm: { Namespace: ref('AWS::StackName') } }),
  ],
  'unpublished-metric': [
    way(
      'a name in another case',
      published({ MetricName: 'failed' }),
      'the filter Filter publishes Shop Failed',
      published({}),
    ),
    way(
      'almost the name',
      published({ MetricName: 'FailedCount' }),
      'publishes Shop Failed',
      published({ MetricName: 'Orders' }),
    ),
    way(
      'another namespace',
      published({ Namespace: 'Store' }),
      'publishes Shop Failed',
      published({ Namespace: 'Store', MetricName: 'Orders' }),
    ),
    way(
      'dimensions that the filter lacks',
      published({ Dimensions: dimensions({ service: 'list' }) }),
      'asks for the dimensions [service]',
      published(
        { Dimensions: dimensions({ service: 'list' }) },
        { Dimensions: [{ Key: 'service', Value: '$.service' }] },
      ),
    ),
  ],
  'metric-not-in-code': [
    way(
      'a metric that nobody names',
      coded(OWN, 'metrics.addMetric("Sales", "Count", 1)'),
      'never names Orders',
      coded(OWN, 'metrics.addMetric("Orders", "Count", 1)'),
    ),
  ],
};
