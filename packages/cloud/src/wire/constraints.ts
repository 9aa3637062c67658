/**
 * The constraint that the SDK's schemas carry: required members. Lengths, patterns and enums are not in them;
 * operations check those. Nested members are checked too, and all of a request's violations are told at once,
 * in the words of AWS's front end: `1 validation error detected: Value null at 'metricData.1.member.metricName'
 * failed to satisfy constraint: Member must not be null`.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../aws-error.ts';
import type { Shape } from './call.ts';
import { kindOf, lazily, membersOf, oncePerStructure, requiredMembers } from './schema-kind.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

interface Violation {
  /** The member as the model spells it. */
  readonly member: string;
  readonly path: string;
}

type Check = (value: unknown, path: string, found: Violation[]) => void;

/** CodeDeploy has a code of its own for most missing members: DeploymentIdRequiredException. */
export function checkConstraints(
  service: ServiceDescription,
  { input: schema }: OperationShape,
  input: Shape,
  code = 'ValidationException',
): void {
  const violations = findViolations(schema, input);
  const [first] = violations;
  if (first === undefined) return;
  const own = `${first.member.charAt(0).toUpperCase()}${first.member.slice(1)}RequiredException`;
  throw new AwsError(service.errors.has(own) ? own : code, violationText(violations));
}

function findViolations(schema: NormalizedSchema, input: Shape): readonly Violation[] {
  const found: Violation[] = [];
  if (schema.isStructSchema()) structure(schema)(input, '', found);
  return found;
}

function violationText(violations: readonly Violation[]): string {
  const all = violations.map(
    ({ path }) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
  return `${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${all.join('; ')}`;
}

const structure = oncePerStructure((schema): Check => {
  const required = requiredMembers(schema);
  const members = lazily(() =>
    membersOf(schema).flatMap(([name, member]) => {
      const check = checkOf(member);
      const isRequired = required.includes(name);
      return check === undefined && !isRequired ? [] : [{ name, isRequired, check }];
    }),
  );
  return (value, path, found) => {
    for (const { name, isRequired, check } of members()) {
      const given = (value as Shape)[name];
      if (given !== undefined && given !== null) check?.(given, join(path, name), found);
      else if (isRequired) found.push({ member: name, path: join(path, name) });
    }
  };
});

function checkOf(schema: NormalizedSchema): Check | undefined {
  const kind = kindOf(schema);
  if (kind === 'structure') return structure(schema);
  if (kind === 'list') {
    const check = checkOf(schema.getValueSchema());
    return (value, path, found) => {
      (value as readonly unknown[]).forEach((item, i) => checkItem(check, item, `${path}.${i + 1}.member`, found));
    };
  }
  if (kind === 'map') {
    const check = checkOf(schema.getValueSchema());
    return (value, path, found) => {
      for (const [key, item] of Object.entries(value as Shape)) checkItem(check, item, `${path}.${key}.member`, found);
    };
  }
  return undefined;
}

function checkItem(check: Check | undefined, item: unknown, path: string, found: Violation[]): void {
  if (item === null || item === undefined) found.push({ member: path, path });
  else check?.(item, path, found);
}

const join = (path: string, name: string): string => {
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? camel : `${path}.${camel}`;
};
