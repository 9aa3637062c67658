/**
 * Which messages a subscription wants. A filter policy is a pattern of the same language as EventBridge's, over the
 * message's attributes or over its body. Source: SNS developer guide, sns-subscription-filter-policies (D).
 */
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { AwsError } from '../../aws-error.ts';
import { readPattern } from '../events/index.ts';
import type { MessagePublished, Subscription } from './state.ts';

/** RawMessageDelivery changes the form of what is delivered, and nothing here; all else that SNS has is refused. */
const TAKEN = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery'];

export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  const other = Object.keys(attributes).find((name) => !TAKEN.includes(name));
  if (other !== undefined)
    throw new AwsError('NotImplemented', `${other} is not part of the embedded cloud. See docs/slice.md.`, 501);
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes;
  if (scope !== undefined && scope !== 'MessageAttributes' && scope !== 'MessageBody')
    throw invalid(`FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`);
  if (policy !== undefined && !isEmpty(policy)) compiled(policy);
}

function compiled(policy: string) {
  try {
    return readPattern(policy);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`FilterPolicy: ${error.message.replace('Event pattern is not valid. Reason: ', '')}`);
  }
}

/** `{}` takes a filter away. */
const isEmpty = (policy: string): boolean => /^\s*(?:\{\s*\})?\s*$/.test(policy);

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

export function wants({ attributes }: Subscription, message: MessagePublished): boolean {
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes;
  if (policy === undefined || isEmpty(policy)) return true;
  if (scope !== 'MessageBody') return compiled(policy)(message.attributes ?? {});
  try {
    const body: unknown = JSON.parse(message.message);
    return typeof body === 'object' && body !== null && compiled(policy)(body);
  } catch {
    return false;
  }
}

/** What a filter sees of a message's attributes. */
export function attributesOf(
  given: Readonly<Record<string, MessageAttributeValue>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).map(([name, it]) => [name, valueOf(name, it)]));
}

function valueOf(name: string, { DataType = '', StringValue = '', BinaryValue }: MessageAttributeValue): unknown {
  const [type] = DataType.split('.');
  if (DataType === 'String.Array') return parsed(StringValue);
  if (type === 'Number') return Number(StringValue);
  if (type === 'Binary') return Buffer.from(BinaryValue ?? []).toString('base64');
  if (type === 'String') return StringValue;
  throw new AwsError(
    'ParameterValueInvalid',
    `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
