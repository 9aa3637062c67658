/**
 * Milliseconds that `check` takes for a template with 120 alarms, twelve functions of ten alarms each, all branches of
 * one condition; and, as a command, from start to exit.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTemplates } from '../../packages/canary/src/check/index.ts';
import { timeRow } from './frameworks.ts';
import { type Row, timed } from './row.ts';
import { ROOT } from './unicorns.ts';

const FUNCTIONS = 12;
const ALARMS_EACH = 10;

const alarm = (fn: number, n: number): string => `
  Alarm${fn}x${n}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ['\${AWS::StackName}-${fn}-${n}-\${V}', { V: !GetAtt Function${fn}.Version.Version }]
      Namespace: AWS/Lambda
      MetricName: ${n % 2 === 0 ? 'Errors' : 'Duration'}
      Dimensions:
        - { Name: FunctionName, Value: !Ref Function${fn} }
        - { Name: Resource, Value: !Sub '\${Function${fn}}:live' }
        - { Name: ExecutedVersion, Value: !GetAtt Function${fn}.Version.Version }
      ${n % 2 === 0 ? 'Statistic: Sum' : 'ExtendedStatistic: p90'}
      Period: 60
      EvaluationPeriods: ${1 + (n % 3)}
      ComparisonOperator: GreaterThanThreshold
      Threshold: ${n % 2 === 0 ? n : 100 * n}
      TreatMissingData: notBreaching`;

const fn = (n: number): string => `
  Function${n}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key-${n}
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: 10
      AutoPublishAlias: live
      DeploymentPreference:
        Type: !If [IsProd, Linear10PercentEvery1Minute, Canary10Percent5Minutes]
        Alarms: [${Array.from({ length: ALARMS_EACH }, (_, i) => `!Ref Alarm${n}x${i}`).join(', ')}]
      Events: { Get: { Type: Api, Properties: { Path: /${n}, Method: get } } }
  ${Array.from({ length: ALARMS_EACH }, (_, i) => alarm(n, i)).join('')}`;

export const templateWith120Alarms = (): string =>
  [
    'Transform: AWS::Serverless-2016-10-31\nParameters: { Stage: { Type: String, Default: test } }\nConditions: { IsProd: !Equals [!Ref Stage, prod] }\nResources:',
    ...Array.from({ length: FUNCTIONS }, (_, i) => fn(i)),
  ].join('\n');

export async function benchCheck(): Promise<readonly Row[]> {
  const text = templateWith120Alarms();
  const check = async () => checkTemplates({ templates: [{ fileName: 'template.yaml', text }] });
  const { ms: firstMs, result } = await timed(check);
  const bestMs = Math.min((await timed(check)).ms, (await timed(check)).ms, (await timed(check)).ms);
  timeCommand(text);
  const commandMs = Math.min(timeCommand(text), timeCommand(text), timeCommand(text));
  const name = `check of ${FUNCTIONS * ALARMS_EACH} alarms (${result.findings.length} findings)`;
  return [
    await timeRow(`${name}, first`, firstMs, 1_000, ` (best: ${(bestMs / 1_000).toFixed(2)} s)`),
    await timeRow(`${name}, whole command`, commandMs, 1_000),
  ];
}

function timeCommand(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  const file = join(folder, 'template.yaml');
  writeFileSync(file, text);
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['scripts/node24.mjs', 'packages/canary/src/main.ts', 'check', file],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const ms = performance.now() - startedAt;
  rmSync(folder, { recursive: true });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return ms;
}
