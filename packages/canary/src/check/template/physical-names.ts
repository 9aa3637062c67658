/**
 * Names for resources that do not exist yet, so that `${List}:live` in an alarm and the alias of the function
 * become the same text, and two texts that differ here differ on AWS. A name that CloudFormation makes up is marked.
 */
import type {
  CompiledResource,
  CompiledTemplate,
  Lookup,
  ResourceValues,
  TemplateMap,
  TemplateValue,
} from '@unicorns/cloud/inspect';
import { resolveProperties, UserError, isTemplateList, isTemplateMap } from '@unicorns/cloud/inspect';
import { unknownText } from './guess-parameters.ts';
import { number, text } from './values.ts';

const MADE_UP = 'MADEUP';
const FIRST_VERSION = 7_000_001;

/** Where each type writes its name. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup': 'DeploymentGroupName',
  'AWS::CodeDeploy::DeploymentConfig': 'DeploymentConfigName',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::ApiGatewayV2::Stage': 'StageName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
};

/** What they give is made by code or templates that are not at hand. */
const IS_MADE_ELSEWHERE = /^(?:Custom::|AWS::CloudFormation::(?:CustomResource|Stack)$)/;

/** Only its properties are looked at. */
const NO_RESOURCE: CompiledResource = {
  logicalId: '',
  type: '',
  properties: {},
  updatePolicy: {},
  order: [],
  deletionPolicy: 'Delete',
  updateReplacePolicy: 'Delete',
  metadata: {},
  line: undefined,
  path: [],
};

export class PhysicalNames {
  readonly #compiled: CompiledTemplate;
  readonly #stackName: string;
  readonly #unknown: ReadonlySet<string>;
  readonly #names = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  /** What stands for resources that are not in the template. */
  readonly #missing = new Set<string>();

  constructor(compiled: CompiledTemplate, stackName: string, unknown: ReadonlySet<string>) {
    this.#compiled = compiled;
    this.#stackName = stackName;
    this.#unknown = unknown;
    let next = FIRST_VERSION;
    for (const { logicalId, type } of compiled.resources.values())
      if (type === 'AWS::Lambda::Version') this.#versions.set(logicalId, String(next++));
  }

  /** What Ref and Fn::GetAtt give, of any resource, and of a parameter that has no value. */
  readonly lookup: Lookup = (id): ResourceValues => {
    const attributes = new Proxy<Record<string, string>>(
      {},
      { get: (_, name) => (typeof name === 'string' ? this.attribute(id, name) : undefined), has: () => true },
    );
    return { ref: this.ref(id), attributes };
  };

  /** Resolves as far as it goes; what cannot be resolved becomes text that is not known. */
  resolve(value: TemplateValue): unknown {
    try {
      return resolveProperties({ ...NO_RESOURCE, properties: { value } }, this.lookup, this.#compiled)['value'];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    if (isTemplateList(value)) return value.map((item) => this.resolve(item));
    if (!isTemplateMap(value)) return value;
    const entries = Object.entries(value);
    if (entries.some(([key]) => key === 'Ref' || key.startsWith('Fn::'))) return unknownText('Value');
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(item)]));
  }

  /** The physical name of a resource. */
  nameOf(id: string): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    this.#names.set(id, this.#madeUp(id));
    const { type = '', properties = {} } = this.#compiled.resources.get(id) ?? {};
    const property = NAME_PROPERTY[type];
    const written = property === undefined ? undefined : properties[property];
    const name = written === undefined ? undefined : text(this.resolve(written));
    // Two names that are not known are not the same name. Empty is what a function could not work out.
    const isOpen = name === '' || name === unknownText('Value');
    if (name !== undefined) this.#names.set(id, isOpen ? `${unknownText('Value')}${id}` : name);
    return this.#names.get(id) ?? '';
  }

  ref(id: string): string {
    const { type, properties } = this.#compiled.resources.get(id) ?? {};
    if (type === undefined || properties === undefined || IS_MADE_ELSEWHERE.test(type)) {
      if (id.startsWith('AWS::')) return `any-${id.slice(5)}`;
      this.#missing.add(unknownText(id));
      return unknownText(id);
    }
    switch (type) {
      case 'AWS::Lambda::Version':
        return `${this.#functionArn(properties)}:${this.versionNumber(id)}`;
      case 'AWS::Lambda::Alias':
        return `${this.#functionArn(properties)}:${text(this.resolve(properties['Name'] ?? '')) ?? ''}`;
      case 'AWS::IAM::ManagedPolicy':
        return `arn:aws:iam::123456789012:policy/${this.nameOf(id)}`;
      default:
        return this.nameOf(id);
    }
  }

  attribute(id: string, name: string): string {
    const { type = '' } = this.#compiled.resources.get(id) ?? {};
    switch (type) {
      case 'AWS::Lambda::Function':
        return name === 'Arn' ? functionArn(this.nameOf(id)) : `${this.nameOf(id)}.${name}`;
      case 'AWS::Lambda::Version':
        return name === 'Version' ? this.versionNumber(id) : this.ref(id);
      case 'AWS::Lambda::Alias':
        return name === 'AliasArn' ? this.ref(id) : `${this.ref(id)}.${name}`;
      case 'AWS::IAM::Role':
        return name === 'Arn' ? `arn:aws:iam::123456789012:role/${this.nameOf(id)}` : `${this.nameOf(id)}.${name}`;
      case 'AWS::Logs::LogGroup':
        return `arn:aws:logs:eu-west-1:123456789012:log-group:${this.nameOf(id)}:*`;
      default:
        if (IS_MADE_ELSEWHERE.test(type)) return `${this.ref(id)}.${name}`;
        return name === 'Arn' ? `arn:aws:any:eu-west-1:123456789012:${this.nameOf(id)}` : `${this.nameOf(id)}.${name}`;
    }
  }

  versionNumber(versionId: string): string {
    return this.#versions.get(versionId) ?? '0';
  }

  /** The logical id of the version that a text holds the number of. */
  versionIn(value: string): string | undefined {
    for (const [id, version] of this.#versions) if (value.includes(version)) return id;
    return undefined;
  }

  isKnown(value: string): boolean {
    if (value.includes('{{resolve:') || value.includes('any-import-')) return false;
    if (value.includes(unknownText('Value'))) return false;
    for (const unknowns of [this.#unknown, this.#missing])
      for (const unknown of unknowns) if (value.includes(unknown)) return false;
    return true;
  }

  /** A number that does not stand for a parameter without a value. */
  knownNumber(value: unknown): number | undefined {
    const read = number(value);
    return read !== undefined && this.isKnown(String(read)) ? read : undefined;
  }

  isMadeUp(value: string): boolean {
    return value.includes(MADE_UP);
  }

  /** The text as a person wrote it: names that are made up become logical ids again. */
  show(value: string): string {
    let shown = value.replaceAll(new RegExp(`${this.#stackName}-([A-Za-z0-9]+)-${MADE_UP}`, 'g'), '$1');
    for (const [id, version] of this.#versions)
      shown = shown.replaceAll(version, `<version of ${this.#functionOfVersion(id)}>`);
    return shown;
  }

  #functionOfVersion(versionId: string): string {
    const name = this.#compiled.resources.get(versionId)?.properties['FunctionName'];
    const target = isTemplateMap(name) ? name['Ref'] : name;
    return typeof target === 'string' ? target : versionId;
  }

  #madeUp(id: string): string {
    return `${this.#stackName}-${id}-${MADE_UP}`;
  }

  #functionArn(properties: TemplateMap): string {
    const name = text(this.resolve(properties['FunctionName'] ?? '')) ?? '';
    return name.startsWith('arn:') ? name : functionArn(name);
  }
}

export const functionArn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
