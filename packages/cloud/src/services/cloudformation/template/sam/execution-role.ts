import type { Value, ValueList, ValueMap } from '../template-value.ts';
import { getAtt, ifOf, iff, isEqual, isMap, isNoValue, present } from '../template-value.ts';
import { managedPolicyArn } from './managed-policies.ts';
import { readPolicies } from './policies.ts';
import { InvalidResource, passedOn, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';
import { tagsWithSam } from './tags.ts';

/** What a function's event sources and destinations add to its role. */
export interface RoleNeeds {
  readonly managedPolicyArns: ValueList;
  readonly inline: ValueList;
}

/** The function's Role, and the role resource where SAM makes one. */
export interface ExecutionRole {
  readonly role: Value;
  readonly resources: readonly Generated[];
}

/**
 * A function without a Role gets `FRole`; a Role that is `Fn::If` with NoValue in one branch gets `FRole` for
 * that branch only. Source: ST:model/sam_resources.py `_construct_role`, `_make_lambda_role` (R)
 */
export function executionRole(
  logicalId: string,
  source: ValueMap,
  properties: ValueMap,
  destinations: ValueList,
  events: RoleNeeds,
  context: SamContext,
): ExecutionRole {
  const own: ValueMap = {
    ...passedOn(source),
    Type: 'AWS::IAM::Role',
    Properties: roleProperties(logicalId, properties, destinations, events, context),
  };
  const made = (resource: ValueMap): readonly Generated[] => [{ logicalId: `${logicalId}Role`, resource }];
  const arn = getAtt(`${logicalId}Role`, 'Arn');
  const written = properties['Role'];
  if (written === undefined || written === null) return { role: arn, resources: made(own) };
  const choice = ifOf(withParameters(written, context.parameters));
  if (choice === undefined) return { role: written, resources: [] };
  const [condition, then, otherwise] = choice;
  if (isNoValue(then) && isNoValue(otherwise)) return { role: arn, resources: made(own) };
  if (isNoValue(then))
    return { role: iff(condition, arn, otherwise), resources: made({ ...own, Condition: condition }) };
  if (!isNoValue(otherwise)) return { role: written, resources: [] };
  const negated = `NOT${condition}`;
  context.conditions[negated] = { 'Fn::Not': [{ Condition: condition }] };
  return { role: iff(condition, then, arn), resources: made({ ...own, Condition: negated }) };
}

function roleProperties(
  logicalId: string,
  properties: ValueMap,
  destinations: ValueList,
  events: RoleNeeds,
  context: SamContext,
): ValueMap {
  const policies = readPolicies(logicalId, properties['Policies'], context.partition);
  const arns = unique([
    ...basicPolicies(properties, context),
    ...policies.managedPolicyArns,
    ...events.managedPolicyArns,
  ]);
  const inline = [...deadLetterPolicy(logicalId, properties), ...destinations, ...policies.inline];
  for (const policy of events.inline)
    if (!inline.some((it) => isEqual(documentOf(it), documentOf(policy)))) inline.push(policy);
  return present({
    AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'] ?? assumedBy('lambda.amazonaws.com'),
    ManagedPolicyArns: arns,
    Path: properties['RolePath'],
    PermissionsBoundary: properties['PermissionsBoundary'],
    Policies: inline.length > 0 ? inline : undefined,
    Tags: tagsWithSam(logicalId, properties['Tags']),
  });
}

const documentOf = (policy: Value): Value | undefined => (isMap(policy) ? policy['PolicyDocument'] : undefined);

const unique = (values: ValueList): Value[] =>
  values.filter((value, i) => values.findIndex((it) => isEqual(it, value)) === i);

export const assumedBy = (service: string): ValueMap => ({
  Version: '2012-10-17',
  Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
});

function basicPolicies(properties: ValueMap, { parameters, partition }: SamContext): ValueList {
  const basic =
    properties['DurableConfig'] === undefined
      ? 'AWSLambdaBasicExecutionRole'
      : 'AWSLambdaBasicDurableExecutionRolePolicy';
  const tracing = properties['Tracing'];
  const isTraced = tracing !== undefined && withParameters(tracing, parameters) !== 'Disabled';
  return [
    managedPolicyArn(partition, `policy/service-role/${basic}`),
    ...(isTraced ? [managedPolicyArn(partition, `policy/${xrayPolicy(partition)}`)] : []),
    ...(properties['VpcConfig'] === undefined
      ? []
      : [managedPolicyArn(partition, 'policy/service-role/AWSLambdaVPCAccessExecutionRole')]),
  ];
}

const xrayPolicy = (partition: string): string =>
  partition === 'aws' ? 'AWSXrayWriteOnlyAccess' : 'AWSXRayDaemonWriteAccess';

const DEAD_LETTER_ACTIONS: Readonly<Record<string, string>> = { SQS: 'sqs:SendMessage', SNS: 'sns:Publish' };

function deadLetterPolicy(logicalId: string, properties: ValueMap): Value[] {
  const queue = properties['DeadLetterQueue'];
  if (queue === undefined) return [];
  const { Type: type, TargetArn: target } = isMap(queue) ? queue : {};
  const at = ['Properties', 'DeadLetterQueue'];
  if (type === undefined || target === undefined)
    throw new InvalidResource(
      logicalId,
      "'DeadLetterQueue' requires Type and TargetArn properties to be specified.",
      at,
    );
  const action = typeof type === 'string' ? DEAD_LETTER_ACTIONS[type] : undefined;
  if (action === undefined)
    throw new InvalidResource(logicalId, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']", at);
  return [
    {
      PolicyName: 'DeadLetterQueuePolicy',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: action, Resource: target, Effect: 'Allow' }],
      },
    },
  ];
}
