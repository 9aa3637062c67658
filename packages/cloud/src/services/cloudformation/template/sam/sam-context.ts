import type { Problems } from '../problems.ts';
import type { Path, Value, ValueMap } from '../template-value.ts';
import { intrinsicOf, isList, isMap } from '../template-value.ts';

/** Turns a local `CodeUri` into the place it was uploaded to, as `sam package` does. */
export type ResolveCode = (
  localPath: string,
  line: number | undefined,
) => { readonly S3Bucket: string; readonly S3Key: string };

/** A resource that the transform makes, whole: `{ Type, Properties, … }`. */
export interface Generated {
  readonly logicalId: string;
  readonly resource: ValueMap;
}

/** What all parts of the transform see. Only `conditions` and `destinations` grow while it runs. */
export interface SamContext {
  /** Values for `Ref` to a parameter or to AWS::Region and AWS::Partition; the only references that SAM resolves. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly mappings: ValueMap;
  readonly partition: string;
  /** Whole seconds since the epoch; only `AlwaysDeploy` looks at it. */
  readonly nowSeconds: number;
  readonly resolveCode: ResolveCode;
  readonly problems: Problems;
  /** All resources, with Globals merged in and the implicit APIs added. */
  readonly resources: ValueMap;
  readonly conditions: Record<string, Value>;
  /** A destination as Globals write it → the ARN that the first function to use it has given it. */
  readonly destinations: Map<Value, Value>;
}

/** SAM stops at the first thing wrong in a resource, and goes on with the next resource. */
export class InvalidResource extends Error {
  readonly path: Path;

  constructor(logicalId: string, message: string, path: Path = []) {
    super(`Resource with id [${logicalId}] is invalid. ${message}`);
    this.name = 'InvalidResource';
    this.path = ['Resources', logicalId, ...path];
  }

  /** Some mistakes SAM blames on the template as a whole. */
  static inTemplate(logicalId: string, message: string, path: Path = []): InvalidResource {
    const error = new InvalidResource(logicalId, message, path);
    error.message = `Structure of the SAM template is invalid. ${message}`;
    return error;
  }
}

/** An event is named in a sentence of its own, inside its function's. */
export const invalidEvent = (functionId: string, eventId: string, message: string): InvalidResource =>
  new InvalidResource(functionId, `Event with id [${eventId}] is invalid. ${message}`, [
    'Properties',
    'Events',
    eventId,
  ]);

/** The refusal of something that SAM knows and this cloud does not. */
export const refused = (logicalId: string, what: string, path: Path = []): InvalidResource =>
  new InvalidResource(logicalId, `${what} is outside the slice that can be rehearsed. See docs/slice.md#sam.`, path);

/** Condition, DeletionPolicy and UpdateReplacePolicy go on to everything a resource becomes. Source: ST:model/__init__.py */
export const passedOn = (resource: ValueMap): ValueMap =>
  pick(resource, ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy']);

/** What the main resource of an expansion keeps beside its properties. */
export const keptAttributes = (resource: ValueMap): ValueMap =>
  pick(resource, ['DependsOn', 'DeletionPolicy', 'UpdatePolicy', 'Condition', 'UpdateReplacePolicy', 'Metadata']);

export function pick(map: ValueMap, keys: readonly string[]): ValueMap {
  const out: Record<string, Value> = {};
  for (const key of keys) {
    const value = map[key];
    if (value !== undefined && value !== null) out[key] = value;
  }
  return out;
}

/** Replaces `Ref` and `${…}` of parameters whose value is known; leaves all else as written. Source: ST:intrinsics/actions.py */
export function withParameters(value: Value, parameters: ReadonlyMap<string, Value>): Value {
  const found = intrinsicOf(value);
  if (found?.name === 'Ref' && typeof found.argument === 'string') return parameters.get(found.argument) ?? value;
  if (found?.name === 'Fn::Sub') return { 'Fn::Sub': withParametersInSub(found.argument, parameters) };
  if (isList(value)) return value.map((item) => withParameters(item, parameters));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withParameters(item, parameters)]));
}

function withParametersInSub(argument: Value, parameters: ReadonlyMap<string, Value>): Value {
  const inText = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}/g, (whole, name: string) => {
      const found = parameters.get(name);
      return found === undefined || typeof found === 'object' ? whole : String(found);
    });
  if (typeof argument === 'string') return inText(argument);
  if (!isList(argument) || typeof argument[0] !== 'string') return argument;
  return [inText(argument[0]), ...argument.slice(1).map((item) => withParameters(item, parameters))];
}

/** Replaces `Fn::FindInMap` whose three keys are plain text. */
export function withMappings(value: Value, mappings: ValueMap): Value {
  const found = intrinsicOf(value);
  if (found?.name !== 'Fn::FindInMap' || !isList(found.argument)) return value;
  const [map, first, second, fallback] = found.argument;
  if (typeof map !== 'string' || typeof first !== 'string' || typeof second !== 'string') return value;
  const top = mappings[map];
  const inner = isMap(top) ? top[first] : undefined;
  // Only AWS::LanguageExtensions know a fourth argument, and they have run before SAM.
  return (
    (isMap(inner) ? inner[second] : undefined) ?? (isMap(fallback) ? fallback['DefaultValue'] : undefined) ?? value
  );
}
