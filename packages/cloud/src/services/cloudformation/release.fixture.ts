/** A function behind a canary, small: what most stack tests deploy. */

export interface Release {
  /** What the package holds. */
  readonly code?: string;
  readonly type?: string;
  readonly pre?: string;
  readonly post?: string;
  /** Alarms of the group, as YAML items; the alarm `errors` itself is always there. */
  readonly alarms?: string;
  /** Further properties of the function, one a line. */
  readonly properties?: string;
  /** Further members of the deployment preference. */
  readonly preference?: string;
  /** Further properties of the alarm. */
  readonly alarm?: string;
  readonly more?: string;
}

const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');

/** Alarms ignore missing data, so that they stay as a test sets them. */
export function release({
  code = 'one',
  type = 'Canary10Percent5Minutes',
  pre,
  post,
  alarms = '[!Ref Errors]',
  properties = '',
  preference = '',
  alarm = '',
  more = '',
}: Release = {}): string {
  const hooks = [
    ...(pre === undefined ? [] : [`PreTraffic: ${pre}`]),
    ...(post === undefined ? [] : [`PostTraffic: ${post}`]),
  ];
  const lines = [
    `Type: ${type}`,
    ...(alarms === '' ? [] : [`Alarms: ${alarms}`]),
    ...(hooks.length === 0 ? [] : ['Hooks:', ...hooks.map((hook) => `  ${hook}`)]),
  ];
  return `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: { Type: String, Default: hello }
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: list
      CodeUri: ${code}
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
${indent(properties, 6)}
      DeploymentPreference:
${indent(lines.join('\n'), 8)}
${indent(preference, 8)}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: errors
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions:
        - { Name: FunctionName, Value: !Ref Fn }
        - { Name: Resource, Value: !Sub '\${Fn}:live' }
        - { Name: ExecutedVersion, Value: !GetAtt Fn.Version.Version }
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: ignore
${indent(alarm, 6)}
${indent(more, 2)}
`;
}

/** A hook as the template has it; `policies` as YAML, the permission to report by default. */
export const hook = (logicalId: string, name = `CodeDeployHook_${logicalId}`, permitted = true): string => `
${logicalId}:
  Type: AWS::Serverless::Function
  Properties:
    FunctionName: ${name}
    CodeUri: hook
    Handler: index.handler
    Runtime: nodejs24.x
    Environment: { Variables: { NEW_VERSION: !Ref Fn.Version } }
    Policies:
      - Statement:
          - Effect: Allow
            Action: ${permitted ? 'codedeploy:PutLifecycleEventHookExecutionStatus' : 'lambda:InvokeFunction'}
            Resource: '*'
`;
