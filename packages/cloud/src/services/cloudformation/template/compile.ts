/**
 * Template text → a template that a stack can be made of: parsed, transformed, its parameters, conditions and
 * mappings resolved, its resources in order. What is left in the properties are references to resources.
 */
import { UserError } from '../../../user-error.ts';
import type { Problem } from '../../../user-error.ts';
import { checkQuotas } from './check-quotas.ts';
import { checkReferences, dependsOn } from './check-references.ts';
import type { CompiledOutput, CompiledResource, CompiledTemplate, CompileInput } from './compiled-template.ts';
import { Conditions } from './conditions.ts';
import { warnOfDynamicReferences } from './dynamic-references.ts';
import { expandLoops } from './for-each.ts';
import { isPending, resolveValue } from './intrinsics.ts';
import { cyclesIn, orderOf } from './order.ts';
import { resolveParameters } from './parameters.ts';
import type { ParameterValue } from './parameters.ts';
import { parseTemplate } from './parse.ts';
import type { ParsedTemplate } from './parse.ts';
import { Problems } from './problems.ts';
import type { Source } from './problems.ts';
import { pseudoValues } from './pseudo-parameters.ts';
import { referencesIn } from './references.ts';
import { samTransform } from './sam-transform.ts';
import type { Scope } from './scope.ts';
import { checkStructure, LANGUAGE_EXTENSIONS, SERVERLESS, transformsOf, warningsOf } from './structure.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { isList, isMap, mapAt, textOf } from './template-value.ts';

/** Compiles, or throws one UserError with everything that is wrong. */
export function compileTemplate(input: CompileInput): CompiledTemplate {
  const { compiled, problems } = inspectTemplate(input);
  if (problems.length > 0) throw new UserError(problems);
  return compiled;
}

/** Compiles as far as possible: for those who look at templates rather than deploy them. */
export function inspectTemplate(input: CompileInput): {
  readonly compiled: CompiledTemplate;
  readonly problems: readonly Problem[];
} {
  const written =
    input.parsed === undefined ? parseTemplate(input.text, input.fileName) : withOwnProblems(input.parsed);
  const looped = writeOutLoops(written, input.parameters);
  // Where nothing at all could be read, that no section is there says nothing more.
  const isUnread = Object.keys(looped.body).length === 0 && looped.problems.all.length > 0;
  if (!isUnread) checkStructure(looped.body, looped.problems);
  const parsed = { ...looped, body: withoutIncludes(looped.body) };
  const { body, problems } = parsed;
  const parameters = resolveParameters(body, input.parameters, problems, input.leavesOpen);
  const foundBefore = problems.all.length;
  const { template, source } = transform(input, parsed);
  checkQuotas(template, problems);
  const compiler = new Compiler(input, parsed, template, parameters, problems.seenFrom(source));
  // What SAM refuses it does not generate, so that looking for it would only repeat the same mistake.
  const compiled = compiler.compile(problems.all.length === foundBefore);
  return { compiled, problems: problems.all };
}

/** Problems gather in a list: every compilation has one of its own. */
const withOwnProblems = (parsed: ParsedTemplate): ParsedTemplate => ({
  ...parsed,
  problems: new Problems(parsed.source, [...parsed.problems.all]),
});

/** Every Fn::ForEach as what it makes, for these values of parameters that are lists. */
export const writeOutLoops = (parsed: ParsedTemplate, given: Readonly<Record<string, string>>): ParsedTemplate =>
  expandLoops(parsed, (name) => {
    const declaration = mapAt(mapAt(parsed.body, 'Parameters'), name);
    const text = given[name] ?? declaration['Default'];
    const isItems = /^(?:CommaDelimitedList|List<.+>)$/.test(textOf(declaration['Type']));
    return isItems && typeof text === 'string' ? text.split(',').map((item) => item.trim()) : undefined;
  });

/** AWS::Include in the place of a section's members has been reported; no resource is called so. */
const withoutIncludes = (body: ValueMap): ValueMap =>
  Object.fromEntries(
    Object.entries(body).map(([name, section]) => {
      if (!isMap(section) || !('Fn::Transform' in section)) return [name, section];
      const { 'Fn::Transform': _included, ...rest } = section;
      return [name, rest];
    }),
  );

function transform(
  input: CompileInput,
  { body, source, problems }: ParsedTemplate,
): { template: ValueMap; source: Source } {
  const { Transform: _transform, ...rest } = body;
  if (!transformsOf(body).includes(SERVERLESS)) return { template: rest, source };
  const { template, origins } = samTransform({
    template: body,
    parameters: samParameters(input, body),
    partition: input.partition,
    nowSeconds: input.nowSeconds ?? 0,
    resolveCode: input.resolveCode,
    problems,
  });
  const lineOf = (path: Path): number | undefined => source.lineOf(originOf(path, origins));
  return { template, source: { fileName: source.fileName, lineOf } };
}

/** A generated resource stands where the serverless one does that it comes from. */
function originOf(path: Path, origins: ReadonlyMap<string, string>): Path {
  const [section, id, ...rest] = path;
  const origin = section === 'Resources' && typeof id === 'string' ? origins.get(id) : undefined;
  if (origin === undefined) return path;
  if (id !== `${origin}DeploymentGroup`) return ['Resources', origin];
  const preference = ['Resources', origin, 'Properties', 'DeploymentPreference'];
  return rest.includes('AlarmConfiguration') ? [...preference, 'Alarms'] : preference;
}

/** SAM sees parameters as they are written, before their types are looked at. */
function samParameters(input: CompileInput, body: ValueMap): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>([
    ['AWS::Region', input.region],
    ['AWS::Partition', input.partition],
  ]);
  for (const [name, declaration] of Object.entries(mapAt(body, 'Parameters'))) {
    const value = input.parameters[name] ?? (isMap(declaration) ? declaration['Default'] : undefined);
    if (value !== undefined && value !== null) values.set(name, value);
  }
  return values;
}

class Compiler {
  readonly #input: CompileInput;
  readonly #parsed: ParsedTemplate;
  readonly #template: ValueMap;
  readonly #parameters: ReadonlyMap<string, ParameterValue>;
  readonly #problems: Problems;
  readonly #conditions: Conditions;
  readonly #scope: Scope;
  readonly #imports = new Set<string>();

  constructor(
    input: CompileInput,
    parsed: ParsedTemplate,
    template: ValueMap,
    parameters: ReadonlyMap<string, ParameterValue>,
    problems: Problems,
  ) {
    this.#input = input;
    this.#parsed = parsed;
    this.#template = template;
    this.#parameters = parameters;
    this.#problems = problems;
    this.#conditions = new Conditions(mapAt(template, 'Conditions'), problems);
    this.#scope = {
      values: new Map([...parameters, ...pseudoValues(input)]),
      mappings: mapAt(template, 'Mappings'),
      conditionHolds: (name, path) => this.#conditions.holds(name, this.#scope, path),
      lookup: () => undefined,
      exports: input.exports ?? {},
      imports: this.#imports,
      leavesOpen: input.leavesOpen === true,
      hasLanguageExtensions: transformsOf(parsed.body).includes(LANGUAGE_EXTENSIONS),
      report: (path, message) => problems.add(path, message),
    };
  }

  compile(isTransformed: boolean): CompiledTemplate {
    const conditions = this.#conditions.all(this.#scope);
    const written = Object.entries(mapAt(this.#template, 'Resources'));
    const isActive = (resource: Value): boolean => {
      const condition = isMap(resource) ? resource['Condition'] : undefined;
      return typeof condition !== 'string' || conditions[condition] !== false;
    };
    const active = written.filter(([, resource]) => isActive(resource));
    const ids = new Set(active.map(([id]) => id));
    if (isTransformed) checkReferences(this.#template, ids, (name) => conditions[name] === true, this.#problems);
    const resources = new Map(
      active.flatMap(([id, resource]) => (isMap(resource) ? [[id, this.#resource(id, resource, ids)] as const] : [])),
    );
    const dependencies = new Map([...resources].map(([id, { order }]) => [id, order]));
    this.#checkCycles(dependencies);
    const outputs = this.#outputs(conditions);
    const { Description: description } = this.#template;
    return {
      fileName: this.#input.fileName,
      text: this.#input.text,
      resources,
      order: orderOf(dependencies),
      outputs,
      parameters: Object.fromEntries(this.#parameters),
      conditions,
      skipped: written.filter(([id]) => !ids.has(id)).map(([id]) => id),
      metadata: mapAt(this.#template, 'Metadata'),
      imports: [...this.#imports],
      ...(typeof description === 'string' && { description }),
      warnings: this.#warnings(resources),
      transformed: this.#template,
      lines: this.#parsed.lines,
    };
  }

  #warnings(resources: ReadonlyMap<string, CompiledResource>): readonly Problem[] {
    const warnings = new Problems(this.#parsed.source);
    warningsOf(this.#parsed.body, warnings);
    const generated = warnings.seenFrom(this.#problems.source);
    for (const resource of resources.values()) {
      warnOfDynamicReferences(resource.properties, [...resource.path, 'Properties'], generated);
    }
    return warnings.all;
  }

  #resource(id: string, resource: ValueMap, ids: ReadonlySet<string>): CompiledResource {
    const at = ['Resources', id];
    const resolved = (name: string): ValueMap => {
      const value = resolveValue(mapAt(resource, name), this.#scope, [...at, name]);
      return isMap(value) ? value : {};
    };
    const [properties, updatePolicy] = [resolved('Properties'), resolved('UpdatePolicy')];
    const needed = [...dependsOn(resource), ...referencesIn([properties, updatePolicy]).map((it) => it.name)];
    const { Condition: condition } = resource;
    const policy = (name: string): string =>
      textOf(resolveValue(resource[name] ?? 'Delete', this.#scope, [...at, name]));
    return {
      logicalId: id,
      type: textOf(resource['Type']),
      properties,
      updatePolicy,
      order: [...new Set(needed)].filter((name) => ids.has(name)),
      deletionPolicy: policy('DeletionPolicy'),
      updateReplacePolicy: policy('UpdateReplacePolicy'),
      ...(typeof condition === 'string' && { condition }),
      metadata: mapAt(resource, 'Metadata'),
      line: this.#problems.source.lineOf(at),
      path: at,
    };
  }

  #checkCycles(dependencies: ReadonlyMap<string, readonly string[]>): void {
    for (const members of cyclesIn(dependencies))
      this.#problems.add(
        ['Resources', members[0] ?? ''],
        `Circular dependency between resources: [${members.join(', ')}]`,
      );
  }

  #outputs(conditions: Readonly<Record<string, boolean>>): readonly CompiledOutput[] {
    return Object.entries(mapAt(this.#template, 'Outputs')).flatMap(([key, output]) => {
      if (!isMap(output)) return [];
      const { Condition: condition, Description: description, Value: value, Export: exported } = output;
      if (typeof condition === 'string' && conditions[condition] === false) return [];
      if (value === undefined) {
        this.#problems.add(['Outputs', key], `Template format error: Every Outputs member must contain a Value object`);
        return [];
      }
      const exportName = isMap(exported) ? exported['Name'] : undefined;
      const at = ['Outputs', key];
      const resolved = resolveValue(value, this.#scope, [...at, 'Value']);
      if (!isPending(resolved) && (isList(resolved) || isMap(resolved)))
        this.#problems.add(
          [...at, 'Value'],
          'Template format error: The Value field of every Outputs member must evaluate to a String and not a List.',
        );
      const one: CompiledOutput = {
        key,
        value: resolved,
        ...(description !== undefined && description !== null && !isMap(description) && !isList(description)
          ? { description: textOf(description) }
          : {}),
        ...(exportName === undefined
          ? {}
          : { exportName: resolveValue(exportName, this.#scope, [...at, 'Export', 'Name']) }),
      };
      return [one];
    });
  }
}
