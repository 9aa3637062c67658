/**
 * Template text → a template that a stack can be made of: parsed, transformed, its parameters, conditions and
 * mappings resolved, its resources in order. What is left in the properties are references to resources.
 */
import { UserError } from '../../../user-error.ts';
import type { Problem } from '../../../user-error.ts';
import { Conditions } from './conditions.ts';
import { resolveValue } from './intrinsics.ts';
import { cyclesIn, orderOf } from './order.ts';
import { resolveParameters } from './parameters.ts';
import type { ParameterValue } from './parameters.ts';
import { nearestLine, parseTemplate } from './parse.ts';
import type { ParsedTemplate } from './parse.ts';
import { Problems } from './problems.ts';
import type { Source } from './problems.ts';
import { pseudoValues } from './pseudo-parameters.ts';
import { referencesIn } from './references.ts';
import type { ResolveCode } from './sam/sam-context.ts';
import { samTransform } from './sam-transform.ts';
import type { Scope } from './scope.ts';
import { checkStructure, LANGUAGE_EXTENSIONS, SERVERLESS, transformsOf, warningsOf } from './structure.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { isList, isMap, mapAt, textOf } from './template-value.ts';

export interface CompileInput {
  readonly text: string;
  /** Shown with every problem. */
  readonly fileName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Without it, AWS::StackId is left to the lookup. */
  readonly stackId?: string;
  /** What other stacks export. */
  readonly exports?: Readonly<Record<string, string>>;
  /** Whole seconds since the epoch; only `AlwaysDeploy` looks at it. */
  readonly nowSeconds?: number;
  /** Packages a local CodeUri. May throw a UserError. */
  readonly resolveCode: ResolveCode;
}

export interface CompiledResource {
  readonly logicalId: string;
  readonly type: string;
  /** References to other resources are still Ref and GetAtt; all else is resolved. */
  readonly properties: ValueMap;
  readonly updatePolicy: ValueMap;
  /** The resources that must be there first. */
  readonly order: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly condition?: string;
  readonly metadata: ValueMap;
  /** The line of the resource; of the serverless resource that it comes from, when it is generated. */
  readonly line: number | undefined;
  /** The path in the document that the resource comes from; its properties stand under it when it is written there. */
  readonly path: Path;
}

export interface CompiledOutput {
  readonly key: string;
  readonly value: Value;
  readonly description?: string;
  readonly exportName?: Value;
}

export interface CompiledTemplate {
  readonly fileName: string;
  /** The template as it was given. */
  readonly text: string;
  /** Resources whose condition holds, in the order of the template. */
  readonly resources: ReadonlyMap<string, CompiledResource>;
  /** Their ids, each after those it needs. */
  readonly order: readonly string[];
  readonly outputs: readonly CompiledOutput[];
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Ids of resources whose condition does not hold. */
  readonly skipped: readonly string[];
  readonly metadata: ValueMap;
  readonly description?: string;
  /** What is worth saying although the template is taken as it is. */
  readonly warnings: readonly Problem[];
  /** The processed template, as GetTemplate shows it. */
  readonly transformed: ValueMap;
  /** Path in the document, as JSON → line. */
  readonly lines: ReadonlyMap<string, number>;
}

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
  const parsed = parseTemplate(input.text, input.fileName);
  const { body, problems } = parsed;
  checkStructure(body, problems);
  const parameters = resolveParameters(body, input.parameters, problems);
  const foundBefore = problems.all.length;
  const { template, source } = transform(input, parsed);
  const compiler = new Compiler(input, parsed, template, parameters, problems.seenFrom(source));
  // What SAM refuses it does not generate, so that looking for it would only repeat the same mistake.
  const compiled = compiler.compile(problems.all.length === foundBefore);
  return { compiled, problems: problems.all };
}

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
    if (isTransformed) this.#checkReferences(ids);
    const resources = new Map(
      active.flatMap(([id, resource]) => (isMap(resource) ? [[id, this.#resource(id, resource, ids)] as const] : [])),
    );
    const dependencies = new Map([...resources].map(([id, { order }]) => [id, order]));
    this.#checkCycles(dependencies);
    const { Description: description } = this.#template;
    return {
      fileName: this.#input.fileName,
      text: this.#input.text,
      resources,
      order: orderOf(dependencies),
      outputs: this.#outputs(conditions),
      parameters: Object.fromEntries(this.#parameters),
      conditions,
      skipped: written.filter(([id]) => !ids.has(id)).map(([id]) => id),
      metadata: mapAt(this.#template, 'Metadata'),
      ...(typeof description === 'string' && { description }),
      warnings: this.#warnings(),
      transformed: this.#template,
      lines: this.#parsed.lines,
    };
  }

  #warnings(): readonly Problem[] {
    const warnings = new Problems(this.#parsed.source);
    warningsOf(this.#parsed.body, warnings);
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
    const { DeletionPolicy: deletion, UpdateReplacePolicy: replace, Condition: condition } = resource;
    return {
      logicalId: id,
      type: textOf(resource['Type']),
      properties,
      updatePolicy,
      order: [...new Set(needed)].filter((name) => ids.has(name)),
      deletionPolicy: typeof deletion === 'string' ? deletion : 'Delete',
      updateReplacePolicy: typeof replace === 'string' ? replace : 'Delete',
      ...(typeof condition === 'string' && { condition }),
      metadata: mapAt(resource, 'Metadata'),
      line: this.#problems.source.lineOf(at),
      path: at,
    };
  }

  /** CloudFormation looks at every reference, also in branches that no condition takes. */
  #checkReferences(active: ReadonlySet<string>): void {
    const isKnown = (name: string): boolean =>
      active.has(name) || name in mapAt(this.#template, 'Parameters') || name.startsWith('AWS::');
    const all = mapAt(this.#template, 'Resources');
    for (const [id, resource] of Object.entries(all)) {
      if (!isMap(resource) || !active.has(id)) continue;
      const { Metadata: _metadata, ...rest } = resource;
      for (const { name, path } of referencesIn(rest, ['Resources', id]))
        if (!isKnown(name) && !(name in all && this.#isGuarded(path))) this.#unresolved(name, path, 'Resources');
      for (const name of dependsOn(resource))
        if (!(name in all)) this.#unresolved(name, ['Resources', id, 'DependsOn'], 'Resources');
    }
    for (const [key, output] of Object.entries(mapAt(this.#template, 'Outputs'))) {
      const condition = isMap(output) ? output['Condition'] : undefined;
      const isShown = typeof condition !== 'string' || this.#conditions.holds(condition, this.#scope, []) === true;
      for (const { name, path } of referencesIn(output, ['Outputs', key]))
        if (!isKnown(name) && !(name in all && (!isShown || this.#isGuarded(path))))
          this.#unresolved(name, path, 'Outputs');
    }
  }

  /** Inside an Fn::If a resource that is not made may be named: the condition keeps the two apart. */
  #isGuarded(path: Path): boolean {
    return path.includes('Fn::If');
  }

  #unresolved(name: string, path: Path, block: string): void {
    this.#problems.add(
      path,
      `Template format error: Unresolved resource dependencies [${name}] in the ${block} block of the template`,
    );
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
      const one: CompiledOutput = {
        key,
        value: resolveValue(value, this.#scope, [...at, 'Value']),
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

function dependsOn(resource: ValueMap): readonly string[] {
  const written = resource['DependsOn'] ?? [];
  return (isList(written) ? written : [written]).filter((it) => typeof it === 'string');
}

/** The line of a value in the document that a template was compiled from, or of its nearest ancestor. */
export const lineIn = (compiled: CompiledTemplate, path: Path): number | undefined => nearestLine(compiled.lines, path);
