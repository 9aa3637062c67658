import { isTemplateMap, type TemplateMap } from '@unicorns/cloud/inspect';
import { record, text } from './values.ts';

/** The names that a template gives its alarms, where they are written as they are. */
export function namedAlarms(body: TemplateMap): readonly string[] {
  const { Resources: resources } = body;
  return Object.values(isTemplateMap(resources) ? resources : {}).flatMap((resource) => {
    const { Type: type, Properties: properties } = record(resource);
    const isAlarm = type === 'AWS::CloudWatch::Alarm' || type === 'AWS::CloudWatch::CompositeAlarm';
    return isAlarm ? (text(record(properties)['AlarmName']) ?? []) : [];
  });
}
