/**
 * What a request must satisfy before any operation sees it: required members by the SDK's schemas; lengths, ranges,
 * patterns and enums by the recorded models. Nested members are checked too, and all of a request's violations are
 * told at once, in the words of AWS's front end: `1 validation error detected: Value null at
 * 'metricData.1.member.metricName' failed to satisfy constraint: Member must not be null`.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { judgeOf, type RecordedModel, wordsOf } from './recorded-model.ts';
import { kindOf, lazily, membersOf, oncePerStructure, requiredMembers } from './schema-kind.ts';
import type { OperationShape } from './service-description.ts';

export interface Violation {
  /** The member as the model spells it. */
  readonly member: string;
  /** The name of the shape whose constraint is broken; undefined for a required member that is missing. */
  readonly shape?: string;
  readonly path: string;
  /** `Value 'x' at 'path' failed to satisfy constraint: …` */
  readonly text: string;
}

export type FindViolations = (operation: OperationShape, input: Shape) => readonly Violation[];

type Check = (value: unknown, path: string, found: Violation[]) => void;

/** Checks are made once per structure, and anew for each service: two may have a structure of the same name. */
export function constraintsOf({ shapes, structures }: RecordedModel): FindViolations {
  const structure = oncePerStructure((schema): Check => {
    const required = requiredMembers(schema);
    const recorded = structures[schema.getName() ?? ''] ?? {};
    const members = lazily(() =>
      membersOf(schema).flatMap(([name, member]) => {
        const check = both(scalar(name, recorded[name]), inside(member));
        const isRequired = required.includes(name);
        return check === undefined && !isRequired ? [] : [{ name, isRequired, check }];
      }),
    );
    return (value, path, found) => {
      for (const { name, isRequired, check } of members()) {
        const given = (value as Shape)[name];
        if (given !== undefined && given !== null) check?.(given, join(path, name), found);
        else if (isRequired) found.push(missing(name, join(path, name)));
      }
    };
  });

  /** What a member's own shape asks of its value; of a list's items and a map's keys and values, too. */
  function scalar(member: string, shape: string | undefined): Check | undefined {
    const asked = shapes[shape ?? ''];
    if (shape === undefined || asked === undefined) return undefined;
    const judge = judgeOf(asked);
    const parts = [asked.item, asked.key, asked.value].flatMap((name) => {
      const part = name === undefined ? undefined : shapes[name];
      return name === undefined || part === undefined ? [] : [{ name, judge: judgeOf(part), words: wordsOf(part) }];
    });
    return (value, path, found) => {
      const say = (name: string, constraint: string): void =>
        void found.push({
          member,
          shape: name,
          path,
          text: `Value '${shown(value)}' at '${path}' failed to satisfy constraint: ${constraint}`,
        });
      for (const constraint of judge(value)) say(shape, constraint);
      for (const part of parts)
        if (valuesFor(part.name, asked, value).some((it) => part.judge(it).length > 0))
          say(part.name, `Member must satisfy constraint: [${part.words.join(', ')}]`);
    };
  }

  /** Structures below, and members of a list or a map that are not there. */
  function inside(schema: NormalizedSchema): Check | undefined {
    const kind = kindOf(schema);
    if (kind === 'structure') return structure(schema);
    if (kind !== 'list' && kind !== 'map') return undefined;
    const check = inside(schema.getValueSchema());
    return (value, path, found) => {
      for (const [key, item] of Object.entries(value as Shape)) {
        const place = `${path}.${kind === 'list' ? Number(key) + 1 : key}.member`;
        if (item === null || item === undefined) found.push(missing(place, place));
        else check?.(item, place, found);
      }
    };
  }

  return ({ input: schema }, input) => {
    const found: Violation[] = [];
    if (schema.isStructSchema()) structure(schema)(input, '', found);
    return found;
  };
}

function both(one: Check | undefined, other: Check | undefined): Check | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (value, path, found) => {
    one(value, path, found);
    other(value, path, found);
  };
}

const missing = (member: string, path: string): Violation => ({
  member,
  path,
  text: `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
});

function valuesFor(part: string, { item, key }: { item?: string; key?: string }, value: unknown): readonly unknown[] {
  const isThere = (it: unknown): boolean => it !== null && it !== undefined;
  if (part === item) return (value as readonly unknown[]).filter(isThere);
  return part === key ? Object.keys(value as Shape) : Object.values(value as Shape).filter(isThere);
}

/** As Java prints it: `[a, b]`, `{2=0.5}`. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, it]) => `${key}=${shown(it)}`)
    .join(', ')}}`;
}

const join = (path: string, name: string): string => {
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? camel : `${path}.${camel}`;
};
