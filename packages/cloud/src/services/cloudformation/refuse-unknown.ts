/** What a template asks for and this cloud does not have: types, properties, and values of the wrong kind, all at once. */
import { type Problem, UserError } from '../../user-error.ts';
import { type Properties, PROPERTIES, RESOURCE_TYPES } from './resources/index.ts';
import type { CompiledResource, CompiledTemplate } from './template/index.ts';

/** Refuses them with file and line; `fileName` is what a person knows the template by. */
export function refuseUnknown(compiled: CompiledTemplate, fileName: string): void {
  const problems = [...compiled.resources.values()].flatMap((resource) =>
    complaintsAbout(resource).map(({ property, message }): Problem => {
      const line = lineOf(compiled, resource, property);
      return { message, file: fileName, ...(line !== undefined && { line }) };
    }),
  );
  if (problems.length > 0) throw new UserError(problems);
}

interface Complaint {
  readonly property?: string;
  readonly message: string;
}

function complaintsAbout({ logicalId, type, properties }: CompiledResource): readonly Complaint[] {
  if (!RESOURCE_TYPES.has(type))
    return [
      {
        message: `The resource "${logicalId}" has the type ${type}, which is neither emulated nor recorded. See docs/slice.md#resource-types.`,
      },
    ];
  const known = PROPERTIES.get(type);
  if (known === undefined) return [];
  return Object.entries(properties).flatMap(([property, value]) => {
    const message = complaint(logicalId, type, property, value, known);
    return message === undefined ? [] : [{ property, message }];
  });
}

/** Values with which a property that is refused asks for nothing. */
const AS_WITHOUT: Readonly<Record<string, unknown>> = {
  ApplyOnTransformedLogs: false,
  ContentBasedDeduplication: false,
  FifoTopic: false,
  LogGroupClass: 'STANDARD',
  PublishToLatestPublished: false,
};

function complaint(
  logicalId: string,
  type: string,
  property: string,
  value: unknown,
  { acts, kept, refused }: Properties,
): string | undefined {
  if (refused.includes(property))
    return AS_WITHOUT[property] === value
      ? undefined
      : `The property ${property} of "${logicalId}" (${type}) is outside the slice that can be rehearsed. See docs/slice.md#properties.`;
  if (!acts.includes(property) && !kept.includes(property))
    return `The property ${property} of "${logicalId}" is none of ${type} that is known here: CloudFormation refuses one that is misspelled. See docs/slice.md#properties.`;
  return NUMBERS.has(property) && typeof value === 'string' && !isNumber(value)
    ? `Properties validation failed for resource ${logicalId} with message: #/${property}: expected type: Number, found: String (${value})`
    : undefined;
}

/** CloudFormation takes the text of a number for the number, and refuses any other text. */
const NUMBERS = new Set(
  (
    'DatapointsToAlarm EvaluationPeriods MaxSessionDuration MaximumEventAgeInSeconds MaximumRetryAttempts MemorySize ' +
    'MinimumCompressionSize Period ReservedConcurrentExecutions RetentionInDays Threshold Timeout'
  ).split(' '),
);

const isNumber = (text: string): boolean => text.trim() !== '' && !Number.isNaN(Number(text));

/** Where the property is written; for what a transform has made, where that comes from. */
function lineOf({ lines }: CompiledTemplate, { path, line }: CompiledResource, property?: string): number | undefined {
  return (property === undefined ? undefined : lines.get(JSON.stringify([...path, 'Properties', property]))) ?? line;
}
