import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULT_ASSUMPTIONS } from '@unicorns/cloud';
import { readDeployments } from './read-deployments.ts';
import { OUTCOMES } from './plan-input.ts';

const read = (text: string, parameters: Readonly<Record<string, string>> = {}) =>
  readDeployments(text, { fileName: 'template.yaml', parameters, assumptions: DEFAULT_ASSUMPTIONS, statusCode: 503 });

const OWN = readFileSync(new URL('../../../../infra/template.yaml', import.meta.url), 'utf8');

test('the gates of our own template, and what each of their metrics counts', () => {
  const [deployment, ...others] = read(OWN).deployments;
  expect(others).toEqual([]);
  expect(deployment).toMatchObject({ functionId: 'ListFunction', hooks: { pre: true, post: true }, unplanned: [] });
  expect(deployment?.configuration?.name).toBe('Canary10Percent5Minutes');
  const shown = deployment?.gates.map(
    ({ name, sources }) =>
      `${name}: ${sources.map(({ sees, sample }) => `${sees} ${OUTCOMES.map((it) => sample(it) ?? '-').join(' ')}`).join(', ')}`,
  );
  // good status throw slow empty
  expect(shown).toEqual([
    'list-error-responses: new - 1 - - -',
    'list-function-errors: new 0 0 1 0 0',
    'list-sla: new duration duration duration duration duration',
    'list-no-unicorns: new 1 - - 1 0',
    'list-relative-faults: both 1 1 - 1 1, both 0 1 - 0 0, new 1 1 - 1 1, new 0 1 - 0 0',
  ]);
});

test('a gate on another function’s log is not planned: its lines are not about these requests', () => {
  const [deployment] = read(OWN, { SyntheticRequestsPerMinute: '60' }).deployments;
  expect(deployment?.gates).toHaveLength(5);
  expect(deployment?.unplanned).toMatchObject([
    { reason: 'its metric filter reads the log of LoadFunction, which says nothing of these requests' },
  ]);
});

test('a parameter chooses the configuration', () => {
  const [deployment] = read(OWN, { DeploymentType: 'Linear10PercentEvery2Minutes' }).deployments;
  expect(deployment?.configuration).toEqual({
    name: 'Linear10PercentEvery2Minutes',
    routing: { type: 'TimeBasedLinear', linearPercentage: 10, linearInterval: 2 },
  });
});

const template = (alarm: string, name = 'Errors', namespace = 'AWS/Lambda'): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes, Alarms: [!Ref Alarm] }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: ${namespace}
      MetricName: ${name}
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      ${alarm}
`;

const FUNCTION = '{ Name: FunctionName, Value: !Ref Fn }';
const ALIAS = "{ Name: Resource, Value: !Sub '${Fn}:live' }";
const VERSION = '{ Name: ExecutedVersion, Value: !GetAtt Fn.Version.Version }';

/** What the only gate of the template sees, or why it is left out. */
function checkSees(text: string, expected: string): void {
  const [deployment] = read(text).deployments;
  expect(deployment?.gates[0]?.sources[0]?.sees ?? deployment?.unplanned[0]?.reason).toBe(expected);
}

test.each([
  ['the alias', `Dimensions: [${FUNCTION}, ${ALIAS}]`, 'both'],
  ['the function', `Dimensions: [${FUNCTION}]`, 'both'],
  ['the new version', `Dimensions: [${FUNCTION}, ${ALIAS}, ${VERSION}]`, 'new'],
  ['a version without Resource, which no metric has', `Dimensions: [${FUNCTION}, ${VERSION}]`, 'none'],
  ['the function by its ARN', 'Dimensions: [{ Name: FunctionName, Value: !GetAtt Fn.Arn }]', 'none'],
  ['a Resource that is not the alias', `Dimensions: [${FUNCTION}, { Name: Resource, Value: !Ref Fn }]`, 'none'],
])('AWS/Lambda dimensions: %s', (_, dimensions, expected) => {
  checkSees(template(dimensions), expected);
});

test('a misspelt API Gateway metric has no data', () => {
  checkSees(template('Dimensions: [{ Name: ApiName, Value: x }]', '5XXErrors', 'AWS/ApiGateway'), 'none');
  checkSees(template('Dimensions: [{ Name: ApiName, Value: x }]', '5XXError', 'AWS/ApiGateway'), 'both');
});

test('what does not follow from requests is left out, with the reason', () => {
  checkSees(
    template('', 'ApproximateNumberOfMessagesVisible', 'AWS/SQS'),
    'AWS/SQS ApproximateNumberOfMessagesVisible does not follow from requests to the function',
  );
});

test('a template that deploys nothing by CodeDeploy is refused', () => {
  expect(() => read('Resources: { Topic: { Type: AWS::SNS::Topic } }')).toThrow(/No function of the template/);
});
