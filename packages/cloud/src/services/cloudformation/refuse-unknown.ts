/** What a template asks for and this cloud does not have: types, properties, and values of the wrong kind, all at once. */
import { type Problem, UserError } from '../../user-error.ts';
import { type Properties, PROPERTIES } from './resources/properties.ts';
import { TYPE_NAMES } from './resources/type-names.ts';
import type { CompiledResource, CompiledTemplate } from './template/index.ts';
import { unknownNested } from './unknown-nested.ts';

/** Refuses them with file and line, and what else was found; `fileName` is what a person knows the template by. */
export function refuseUnknown(compiled: CompiledTemplate, fileName: string, also: readonly Problem[] = []): void {
  const complaints = complaintsAbout(compiled).map(({ message, line }): Problem => ({
    message,
    file: fileName,
    ...(line !== undefined && { line }),
  }));
  const problems = [...complaints, ...unknownNested(compiled, fileName), ...also];
  if (problems.length > 0) throw new UserError(problems);
}

/**
 * `unknownType`: neither emulated nor recorded. `refused`: a property that AWS has and a rehearsal would tell wrongly.
 * `unknownProperty`: none that is known here. `wrongValue`: a text that stands for no number, as CloudFormation says it.
 */
export type ComplaintKind = 'unknownType' | 'refused' | 'unknownProperty' | 'wrongValue';

export interface Complaint {
  readonly kind: ComplaintKind;
  readonly resource: CompiledResource;
  readonly property?: string;
  readonly message: string;
  readonly line: number | undefined;
}

/** What `refuseUnknown` refuses, for those who only look. */
export const complaintsAbout = (compiled: CompiledTemplate): readonly Complaint[] =>
  [...compiled.resources.values()].flatMap((resource) =>
    complaintsOf(resource).map((it) => ({ ...it, resource, line: lineOf(compiled, resource, it.property) })),
  );

/** The properties that AWS has for a type; undefined where they are not listed here. */
export function propertiesOf(type: string): readonly string[] | undefined {
  const known = PROPERTIES.get(type);
  return known && [...known.acts, ...known.kept, ...known.refused];
}

type Found = Pick<Complaint, 'kind' | 'property' | 'message'>;

function complaintsOf({ logicalId, type, properties }: CompiledResource): readonly Found[] {
  if (!TYPE_NAMES.has(type))
    return [
      {
        kind: 'unknownType',
        message: `The resource "${logicalId}" has the type ${type}, which is neither emulated nor recorded. See docs/slice.md#resource-types.`,
      },
    ];
  const known = PROPERTIES.get(type);
  if (known === undefined) return [];
  return Object.entries(properties).flatMap(([property, value]) => {
    const found = complaint(logicalId, type, property, value, known);
    return found === undefined ? [] : [{ ...found, property }];
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
): Pick<Found, 'kind' | 'message'> | undefined {
  if (refused.includes(property))
    return AS_WITHOUT[property] === value
      ? undefined
      : {
          kind: 'refused',
          message: `The property ${property} of "${logicalId}" (${type}) is outside the slice that can be rehearsed. See docs/slice.md#properties.`,
        };
  if (!acts.includes(property) && !kept.includes(property))
    return {
      kind: 'unknownProperty',
      message: `The property ${property} of "${logicalId}" is none of ${type} that is known here: CloudFormation refuses one that is misspelled. See docs/slice.md#properties.`,
    };
  return NUMBERS.has(property) && typeof value === 'string' && !isNumber(value)
    ? {
        kind: 'wrongValue',
        message: `Properties validation failed for resource ${logicalId} with message: #/${property}: expected type: Number, found: String (${value})`,
      }
    : undefined;
}

/** CloudFormation takes the text of a number for the number, and refuses any other text. */
const NUMBERS = new Set(
  (
    'ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod DatapointsToAlarm EvaluationPeriods MaxSessionDuration MaximumEventAgeInSeconds MaximumRetryAttempts MemorySize ' +
    'MinimumCompressionSize Period ReservedConcurrentExecutions RetentionInDays Threshold Timeout'
  ).split(' '),
);

const isNumber = (text: string): boolean => text.trim() !== '' && !Number.isNaN(Number(text));

/** Where the property is written; for what a transform has made, where that comes from. */
function lineOf({ lines }: CompiledTemplate, { path, line }: CompiledResource, property?: string): number | undefined {
  return (property === undefined ? undefined : lines.get(JSON.stringify([...path, 'Properties', property]))) ?? line;
}
