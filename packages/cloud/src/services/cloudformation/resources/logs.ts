import { arn, type World } from '../../../world-state.ts';
import { boolean, defined, list, number, record, string } from './coerce.ts';
import { call, done, physicalName, type ResourceStep, type ResourceType, type Step } from './resource-type.ts';

function nextLogGroup(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    const id = it.previous?.physicalId ?? '';
    return it.replies.length === 0 ? call('logs', 'DeleteLogGroup', { logGroupName: id }) : done(id);
  }
  const name = physicalName(world, it, 'LogGroupName');
  const retention = number(it.properties['RetentionInDays']);
  const calls = [
    ...(it.action === 'update'
      ? []
      : [
          call(
            'logs',
            'CreateLogGroup',
            defined({
              logGroupName: name,
              logGroupClass: string(it.properties['LogGroupClass']),
              kmsKeyId: string(it.properties['KmsKeyId']),
            }),
          ),
        ]),
    ...(retention === undefined
      ? it.action === 'update'
        ? [call('logs', 'DeleteRetentionPolicy', { logGroupName: name })]
        : []
      : [call('logs', 'PutRetentionPolicy', { logGroupName: name, retentionInDays: retention })]),
  ];
  return calls[it.replies.length] ?? done(name, { Arn: `${arn(world, 'logs', `log-group:${name}`)}:*` });
}

/** An entry of MetricTransformations, in the API’s spelling. */
export function transformationInput(value: unknown) {
  const t = record(value);
  return defined({
    metricName: string(t['MetricName']),
    metricNamespace: string(t['MetricNamespace']),
    metricValue: string(t['MetricValue']),
    defaultValue: number(t['DefaultValue']),
    unit: string(t['Unit']),
    dimensions:
      t['Dimensions'] === undefined
        ? undefined
        : Object.fromEntries(
            list(t['Dimensions']).map((each) => [string(record(each)['Key']), string(record(each)['Value'])]),
          ),
  });
}

function nextMetricFilter(world: World, it: ResourceStep): Step {
  if (it.action === 'delete') {
    const { previous } = it;
    return it.replies.length === 0
      ? call('logs', 'DeleteMetricFilter', {
          logGroupName: string(previous?.properties['LogGroupName']),
          filterName: previous?.physicalId,
        })
      : done(previous?.physicalId ?? '');
  }
  const name = physicalName(world, it, 'FilterName');
  if (it.replies.length === 1) return done(name);
  const p = it.properties;
  return call(
    'logs',
    'PutMetricFilter',
    defined({
      logGroupName: string(p['LogGroupName']),
      filterName: name,
      filterPattern: string(p['FilterPattern']) ?? '',
      metricTransformations: list(p['MetricTransformations']).map(transformationInput),
      // Outside the slice: passed on for CloudWatch Logs to refuse by name.
      applyOnTransformedLogs: boolean(p['ApplyOnTransformedLogs']),
      fieldSelectionCriteria: string(p['FieldSelectionCriteria']),
      emitSystemFieldDimensions: p['EmitSystemFieldDimensions'],
    }),
  );
}

export const logsTypes: readonly ResourceType[] = [
  {
    type: 'AWS::Logs::LogGroup',
    kind: 'emulated',
    replacedBy: ['LogGroupName'],
    named: 'LogGroupName',
    made: (world, it) => physicalName(world, it, 'LogGroupName'),
    next: nextLogGroup,
  },
  {
    type: 'AWS::Logs::MetricFilter',
    kind: 'emulated',
    replacedBy: ['FilterName', 'LogGroupName'],
    identity: ['FilterName', 'LogGroupName'],
    next: nextMetricFilter,
  },
];
