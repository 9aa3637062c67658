/** One branch of a template, read once for all rules: resources with their texts, aliases with their gates, filters. */
import {
  type CompiledTemplate,
  inspectTemplate,
  isTemplateMap,
  type ParsedTemplate,
  type Problem,
  type TemplateMap,
  type TemplatePath,
} from '@unicorns/cloud/inspect';
import type { BranchChoice } from './branches.ts';
import type { Bundle, ReadBundle } from './bundle.ts';
import { type GatedAlias, readGatedAliases } from './gated-alias.ts';
import { type MetricFilter, readMetricFilters } from './metric-filters.ts';
import { PhysicalNames } from './physical-names.ts';
import { type Properties, record, text } from './values.ts';

export interface JudgedResource {
  readonly id: string;
  readonly type: string;
  /** Every reference resolved, made-up names where CloudFormation would make one up. */
  readonly properties: Properties;
  readonly updatePolicy: Properties;
  /** As compiled: references to other resources are still there. */
  readonly open: TemplateMap;
  /** The resources that exist before it. */
  readonly order: readonly string[];
  /** The transform made it. */
  readonly isGenerated: boolean;
}

export interface BranchInput {
  readonly text: string;
  readonly fileName: string;
  readonly parsed: ParsedTemplate;
  readonly choice: BranchChoice;
  readonly unknown: ReadonlySet<string>;
  readonly readBundle: ReadBundle;
  readonly alarmsElsewhere: ReadonlyMap<string, string>;
}

const LOCAL_CODE = 'local-code';
const STACK_ID = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/stack/2f8a1c30-7b6e-11f0-9d4c-0a58a9feac02';

/** Says a problem that a part of the template is made by a macro, a loop or another file, which are not at hand? */
export const isWrittenElsewhere = (message: string): boolean =>
  /^(?:The transform .*|Fn::ForEach .*|Fn::Transform in the section .*) is outside the slice/.test(message);

export class Branch {
  readonly body: TemplateMap;
  readonly compiled: CompiledTemplate;
  readonly problems: readonly Problem[];
  readonly names: PhysicalNames;
  readonly resources: ReadonlyMap<string, JudgedResource>;
  readonly functions: readonly JudgedResource[];
  readonly filters: readonly MetricFilter[];
  readonly aliases: readonly GatedAlias[];
  /** Texts stand for values of parameters that nobody gave. */
  readonly isGuessed: boolean;
  /** Alarms of the other templates that are checked with it: name → file. */
  readonly alarmsElsewhere: ReadonlyMap<string, string>;
  readonly #readBundle: ReadBundle;
  readonly #byName = new Map<string, JudgedResource>();

  constructor({ text: source, fileName, parsed, choice, unknown, readBundle, alarmsElsewhere }: BranchInput) {
    this.alarmsElsewhere = alarmsElsewhere;
    this.body = parsed.body;
    this.#readBundle = readBundle;
    this.isGuessed = Object.values(choice.parameters).some((value) => unknown.has(value));
    const { compiled, problems } = inspectTemplate({
      text: source,
      parsed,
      fileName,
      parameters: choice.parameters,
      stackName: choice.stackName,
      region: choice.region,
      accountId: choice.accountId,
      partition: 'aws',
      stackId: STACK_ID,
      exports: new Proxy<Record<string, string>>({}, { get: (_, name) => `any-import-${String(name)}` }),
      leavesOpen: true,
      resolveCode: (path) => ({ S3Bucket: LOCAL_CODE, S3Key: path }),
    });
    this.compiled = compiled;
    this.problems = problems;
    this.names = new PhysicalNames(compiled, choice.stackName, unknown);
    // What another file writes into a resource may be anything: it counts as one that the template does not make.
    const open = [...compiled.resources].filter(([id]) => !('Fn::Transform' in this.writtenProperties(id)));
    this.resources = new Map(open.map(([id, it]) => [id, this.#judged(it)]));
    for (const it of this.resources.values()) this.#byName.set(`${it.type} ${this.names.nameOf(it.id)}`, it);
    this.functions = this.ofType('AWS::Lambda::Function');
    this.filters = readMetricFilters(this);
    this.aliases = readGatedAliases(this);
  }

  /** What is missing here may be written elsewhere. */
  get isOpen(): boolean {
    return this.modules.length > 0 || this.problems.some(({ message }) => isWrittenElsewhere(message));
  }

  /** The resources of a registered module have ids that begin with the module's. */
  get modules(): readonly string[] {
    return [...this.resources.values()].filter(({ type }) => type.endsWith('::MODULE')).map(({ id }) => id);
  }

  ofType(type: string): readonly JudgedResource[] {
    return [...this.resources.values()].filter((it) => it.type === type);
  }

  /** The resource of this type with this physical name. */
  named(type: string, name: string): JudgedResource | undefined {
    return this.#byName.get(`${type} ${name}`);
  }

  /** Does a deployment that begins with `from` find `target` made already? */
  comesAfter(from: string, target: string): boolean {
    const seen = new Set<string>();
    const next = [from];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (id === target) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      next.push(...(this.resources.get(id)?.order ?? []));
    }
    return false;
  }

  /** The resource as written, with nothing resolved; empty for a generated one. */
  written(id: string): TemplateMap {
    const resources = this.body['Resources'];
    const resource = isTemplateMap(resources) ? resources[id] : undefined;
    return isTemplateMap(resource) ? resource : {};
  }

  /** Is it in the document itself, or has SAM made it? */
  isWritten(id: string): boolean {
    return Object.keys(this.written(id)).length > 0;
  }

  writtenProperties(id: string): TemplateMap {
    const properties = this.written(id)['Properties'];
    return isTemplateMap(properties) ? properties : {};
  }

  /** A property of a serverless function as written: its own, else the one of Globals. */
  writtenProperty(
    id: string,
    name: string,
  ): { readonly value: TemplateMap[string]; readonly path: TemplatePath } | undefined {
    const properties = this.written(id)['Properties'];
    const own = isTemplateMap(properties) ? properties[name] : undefined;
    if (own !== undefined) return { value: own, path: ['Resources', id, 'Properties', name] };
    const globals = this.body['Globals'];
    const section = isTemplateMap(globals) ? globals['Function'] : undefined;
    const value = isTemplateMap(section) && this.isServerlessFunction(id) ? section[name] : undefined;
    return value === undefined ? undefined : { value, path: ['Globals', 'Function', name] };
  }

  isServerlessFunction(id: string): boolean {
    return this.written(id)['Type'] === 'AWS::Serverless::Function';
  }

  /** The code of a function, where the template names a folder that is there, or holds it inline. */
  bundleOf(functionId: string): Bundle | undefined {
    const { properties = {} } = this.resources.get(functionId) ?? {};
    const code = record(properties['Code']);
    const hasLayers = Array.isArray(properties['Layers']) && properties['Layers'].length > 0;
    const inline = text(code['ZipFile']);
    if (inline !== undefined) return { texts: new Map([['index', inline]]), isWhole: !hasLayers };
    // Files of another language than the function's are not its code.
    if (!/^(?:nodejs|python)/.test(text(properties['Runtime']) ?? '')) return undefined;
    const key = text(code['S3Key']);
    if (text(code['S3Bucket']) !== LOCAL_CODE || key === undefined) return undefined;
    const bundle = this.#readBundle(key);
    return bundle === undefined ? undefined : { ...bundle, isWhole: bundle.isWhole && !hasLayers };
  }

  #judged(it: CompiledTemplate['resources'] extends ReadonlyMap<string, infer R> ? R : never): JudgedResource {
    return {
      id: it.logicalId,
      type: it.type,
      properties: record(this.names.resolve(it.properties)),
      updatePolicy: record(this.names.resolve(it.updatePolicy)),
      open: it.properties,
      order: it.order,
      isGenerated: !this.compiled.lines.has(JSON.stringify(['Resources', it.logicalId])),
    };
  }
}
