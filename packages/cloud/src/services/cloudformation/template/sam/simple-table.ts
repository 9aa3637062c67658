import type { ValueMap } from '../template-value.ts';
import { isMap, mapAt, present, textOf } from '../template-value.ts';
import { checkProperties } from './property-check.ts';
import { InvalidResource, keptAttributes } from './sam-context.ts';
import type { Generated } from './sam-context.ts';
import { tagList } from './tags.ts';

const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = { String: 'S', Number: 'N', Binary: 'B' };

/** `AWS::Serverless::SimpleTable` → a DynamoDB table with one key, `id` unless said otherwise. Source: ST:model/sam_resources.py */
export function transformSimpleTable(tableId: string, source: ValueMap): readonly Generated[] {
  const properties = mapAt(source, 'Properties');
  checkProperties(tableId, 'AWS::Serverless::SimpleTable', properties);
  const key = primaryKey(tableId, properties);
  const { ProvisionedThroughput: throughput, Tags: tags } = properties;
  const resource = {
    ...keptAttributes(source),
    Type: 'AWS::DynamoDB::Table',
    Properties: present({
      AttributeDefinitions: [key],
      KeySchema: [{ AttributeName: key['AttributeName'] ?? '', KeyType: 'HASH' }],
      PointInTimeRecoverySpecification: properties['PointInTimeRecoverySpecification'],
      ProvisionedThroughput: throughput,
      BillingMode: throughput === undefined ? 'PAY_PER_REQUEST' : undefined,
      SSESpecification: properties['SSESpecification'],
      TableName: properties['TableName'],
      Tags: isMap(tags) && Object.keys(tags).length > 0 ? tagList(tags) : undefined,
    }),
  };
  return [{ logicalId: tableId, resource }];
}

function primaryKey(tableId: string, properties: ValueMap): ValueMap {
  const written = properties['PrimaryKey'];
  if (!isMap(written)) return { AttributeName: 'id', AttributeType: 'S' };
  const at = ['Properties', 'PrimaryKey'];
  const { Name: name, Type: type } = written;
  if (name === undefined) throw new InvalidResource(tableId, "Property 'PrimaryKey.Name' is required.", at);
  if (type === undefined) throw new InvalidResource(tableId, "Property 'PrimaryKey.Type' is required.", at);
  const short = typeof type === 'string' ? ATTRIBUTE_TYPES[type] : undefined;
  if (short === undefined) throw new InvalidResource(tableId, `Invalid 'Type' "${textOf(type)}".`, at);
  return { AttributeName: name, AttributeType: short };
}
