import type { Value, ValueMap } from '../template-value.ts';
import { getAtt, ifOf, iff, isMap, isNoValue, mapAt, present, ref, textOf } from '../template-value.ts';
import { logicalIdHash } from './logical-id-hash.ts';
import { InvalidResource, passedOn, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';

export interface EventInvoke {
  readonly resources: readonly Generated[];
  /** Inline policies for the function's role, one for each destination. */
  readonly policies: readonly Value[];
}

const TYPES = ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket'];

/**
 * `EventInvokeConfig` becomes `FEventInvokeConfig` on the alias (or $LATEST). A destination of type SQS or SNS
 * without an ARN gets a queue or topic of its own; where Globals ask for it, the first function's serves all the
 * others, which SAM does by writing into Globals. Source: ST:model/sam_resources.py (R)
 */
export function eventInvoke(
  functionId: string,
  source: ValueMap,
  written: ValueMap,
  alias: { readonly name: string; readonly logicalId: string } | undefined,
  context: SamContext,
): EventInvoke {
  const config = withParameters(written, context.parameters);
  const logicalId = `${functionId}EventInvokeConfig`;
  const wanted = isMap(config) ? config : {};
  const destinations = wanted['DestinationConfig'];
  if (destinations !== undefined && !isMap(destinations))
    throw invalid(functionId, "Property 'EventInvokeConfig.DestinationConfig' should be a map.");
  const resolved: Record<string, Value> = {};
  const resources: Generated[] = [];
  const policies: Value[] = [];
  for (const on of ['OnSuccess', 'OnFailure']) {
    const one = isMap(destinations) ? destinations[on] : undefined;
    if (one === undefined) continue;
    if (!isMap(one)) throw invalid(functionId, `Property 'EventInvokeConfig.DestinationConfig.${on}' should be a map.`);
    const shared = mapAt(written, 'DestinationConfig')[on] ?? one;
    const known = present({ Destination: context.destinations.get(shared) });
    const made = destination(functionId, source, { ...one, ...known }, `${logicalId}${on}`, context);
    context.destinations.set(shared, made.arn);
    resolved[on] = { Destination: made.arn };
    resources.push(...made.resources);
    policies.push(made.policy);
  }
  const resource = {
    ...present({ DependsOn: alias === undefined ? undefined : [alias.logicalId] }),
    ...passedOn(source),
    ...present({ UpdatePolicy: source['UpdatePolicy'], Metadata: source['Metadata'] }),
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: present({
      DestinationConfig: resolved,
      FunctionName: ref(functionId),
      MaximumEventAgeInSeconds: wanted['MaximumEventAgeInSeconds'],
      MaximumRetryAttempts: wanted['MaximumRetryAttempts'],
      Qualifier: alias?.name ?? '$LATEST',
    }),
  };
  return { resources: [...resources, { logicalId, resource }], policies };
}

interface Destination {
  readonly arn: Value;
  readonly resources: readonly Generated[];
  readonly policy: Value;
}

function destination(
  functionId: string,
  source: ValueMap,
  written: ValueMap,
  logicalId: string,
  context: SamContext,
): Destination {
  const { Type: type, Destination: given } = written;
  if (typeof type !== 'string' || !TYPES.includes(type))
    throw invalid(
      functionId,
      `'Type: ${textOf(type ?? 'None')}' must be one of [${TYPES.map((it) => `'${it}'`).join(', ')}]`,
    );
  const choice = given === undefined ? undefined : conditionOf(functionId, given, context);
  if (given !== undefined && choice === undefined)
    return { arn: given, resources: [], policy: policyFor(type, given, logicalId) };
  if (type !== 'SQS' && type !== 'SNS')
    throw invalid(functionId, "Destination is required if Type is not ['SQS', 'SNS']");
  const ownId = `${logicalId}${type === 'SQS' ? 'Queue' : 'Topic'}`;
  const own = type === 'SQS' ? getAtt(ownId, 'Arn') : ref(ownId);
  const arn = choice === undefined ? own : iff(choice.condition, own, choice.otherwise);
  const condition = bothConditions(functionId, source['Condition'], choice?.condition, context);
  const resource = {
    ...passedOn(source),
    ...present({ Condition: condition }),
    Type: type === 'SQS' ? 'AWS::SQS::Queue' : 'AWS::SNS::Topic',
    Properties: {},
  };
  return { arn, resources: [{ logicalId: ownId, resource }], policy: policyFor(type, arn, logicalId) };
}

/** For `Fn::If` with NoValue in one branch: the condition under which SAM makes its own destination. */
function conditionOf(
  functionId: string,
  given: Value,
  context: SamContext,
): { readonly condition: string; readonly otherwise: Value } | undefined {
  const choice = ifOf(given);
  if (choice === undefined) return undefined;
  const [condition, then, otherwise] = choice;
  if (isNoValue(then) === isNoValue(otherwise)) return undefined;
  if (isNoValue(then)) return { condition, otherwise };
  const negated = `NOT${condition}${logicalIdHash(`${functionId}EventInvokeConfig`)}`;
  context.conditions[negated] = { 'Fn::Not': [{ Condition: condition }] };
  return { condition: negated, otherwise: then };
}

function bothConditions(
  functionId: string,
  ofFunction: Value | undefined,
  ofProperty: string | undefined,
  context: SamContext,
): Value | undefined {
  if (typeof ofFunction !== 'string') return ofProperty;
  if (ofProperty === undefined) return ofFunction;
  const name = `${ofFunction}AND${ofProperty}${logicalIdHash(functionId)}`;
  // SAM wraps each condition twice, and CloudFormation then refuses the template: so do we.
  const wrapped = (condition: string): ValueMap => ({ Condition: { Condition: condition } });
  context.conditions[name] = { 'Fn::And': [wrapped(ofFunction), wrapped(ofProperty)] };
  return name;
}

const GRANTS: Readonly<Record<string, { readonly suffix: string; readonly action: string }>> = {
  SQS: { suffix: 'SQS', action: 'sqs:SendMessage' },
  SNS: { suffix: 'SNS', action: 'sns:publish' },
  EventBridge: { suffix: 'EventBridge', action: 'events:PutEvents' },
  Lambda: { suffix: 'Lambda', action: 'lambda:InvokeFunction' },
};

/** The inline policy that lets a role write to a destination. Source: ST:model/iam.py */
export function policyFor(type: string, arn: Value, logicalId: string): ValueMap {
  const grant = GRANTS[type];
  if (grant !== undefined)
    return {
      PolicyName: `${logicalId}${grant.suffix}Policy`,
      PolicyDocument: { Statement: [{ Action: grant.action, Effect: 'Allow', Resource: arn }] },
    };
  return {
    PolicyName: `${logicalId}S3Policy`,
    PolicyDocument: {
      Statement: [
        { Action: 's3:PutObject', Effect: 'Allow', Resource: { 'Fn::Join': ['/', [arn, '*']] } },
        { Action: 's3:ListBucket', Effect: 'Allow', Resource: arn },
      ],
    },
  };
}

const invalid = (functionId: string, message: string): InvalidResource =>
  new InvalidResource(functionId, message, ['Properties', 'EventInvokeConfig']);
