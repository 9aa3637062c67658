/** What a template asks for, told without making anything of it. Source: CFN API: GetTemplateSummary, ValidateTemplate (D). */
import type { GetTemplateSummaryInput, ValidateTemplateInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { stackNamed } from './begin-operation.ts';
import { neededCapabilities } from './capabilities.ts';
import { inAwsWords, templateText } from './requested-template.ts';
import { inspectTemplate, isList, isMap, parseTemplate, type Value, type ValueMap } from './template/index.ts';

interface Summary {
  readonly body: ValueMap;
  readonly parameters: readonly DeclaredParameter[];
  readonly capabilities: object;
  readonly described: object;
  readonly transforms: readonly string[];
}

interface DeclaredParameter {
  readonly ParameterKey: string;
  readonly ParameterType: string;
  readonly NoEcho: boolean;
  readonly DefaultValue?: string;
  readonly Description?: string;
  readonly ParameterConstraints: { readonly AllowedValues?: readonly string[] };
}

function summarise(world: World, text: string): Summary {
  const { body, problems } = parseTemplate(text, 'template');
  const [first] = problems.all;
  if (first !== undefined) throw new AwsError('ValidationError', first.message);
  if (!isMap(body['Resources']))
    throw new AwsError('ValidationError', 'Template format error: At least one Resources member must be defined.');
  const { Transform: transform, Description: description } = body;
  const written = transform === undefined ? [] : isList(transform) ? transform : [transform];
  return {
    body,
    parameters: declaredParameters(body),
    capabilities: capabilities(world, text),
    described: typeof description === 'string' ? { Description: description } : {},
    transforms: written.filter((it) => typeof it === 'string'),
  };
}

function declaredParameters(body: ValueMap): readonly DeclaredParameter[] {
  const declared = body['Parameters'];
  return Object.entries(isMap(declared) ? declared : {}).map(([key, it]) => {
    const declaration = isMap(it) ? it : {};
    const { Default: usual, Description: description, AllowedValues: allowed } = declaration;
    return {
      ParameterKey: key,
      ParameterType: text(declaration['Type']),
      NoEcho: isNoEcho(declaration),
      ...(usual !== undefined && { DefaultValue: text(usual) }),
      ...(description !== undefined && { Description: text(description) }),
      ParameterConstraints: isList(allowed) ? { AllowedValues: allowed.map(text) } : {},
    };
  });
}

const text = (value: Value | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** A value that is never shown. */
export const isNoEcho = (declaration: Value | undefined): boolean =>
  isMap(declaration) && ['true', 'True'].includes(text(declaration['NoEcho']));

/** What the template makes, transforms carried out, with its parameters left open. */
function capabilities(world: World, template: string): object {
  const { compiled } = inAwsWords(() =>
    inspectTemplate({
      text: template,
      fileName: 'template',
      parameters: {},
      stackName: 'stack',
      region: world.region,
      accountId: world.accountId,
      partition: world.partition,
      leavesOpen: true,
      resolveCode: () => ({ S3Bucket: 'bucket', S3Key: 'key' }),
    }),
  );
  const { capability, types } = neededCapabilities(compiled);
  if (capability === undefined) return {};
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  };
}

const GetTemplateSummary = operation<GetTemplateSummaryInput>({
  action: 'cloudformation:GetTemplateSummary',
  resource: (world, { StackName = '*' }) => arn(world, 'cloudformation', `stack/${StackName}/*`),
  run(world, input) {
    const template =
      input.StackName === undefined ? templateText(world, input) : stackNamed(world, input.StackName).compiled.text;
    if (template === '') return { output: { Parameters: [], ResourceTypes: [] }, effects: [] };
    const { body, parameters, capabilities: needed, described, transforms } = summarise(world, template);
    const resources = Object.values(isMap(body['Resources']) ? body['Resources'] : {});
    return {
      output: {
        Parameters: parameters,
        ...described,
        ...needed,
        ResourceTypes: [...new Set(resources.map((it) => text(isMap(it) ? it['Type'] : undefined)))],
        ...(typeof body['AWSTemplateFormatVersion'] === 'string' && { Version: body['AWSTemplateFormatVersion'] }),
        ...(isMap(body['Metadata']) && { Metadata: JSON.stringify(body['Metadata']) }),
        DeclaredTransforms: transforms,
      },
      effects: [],
    };
  },
});

const ValidateTemplate = operation<ValidateTemplateInput>({
  action: 'cloudformation:ValidateTemplate',
  resource: () => '*',
  run(world, input) {
    const { parameters, capabilities: needed, described, transforms } = summarise(world, templateText(world, input));
    const Parameters = parameters.map(({ ParameterKey, NoEcho, DefaultValue, Description }) => ({
      ParameterKey,
      NoEcho,
      ...(DefaultValue !== undefined && { DefaultValue }),
      ...(Description !== undefined && { Description }),
    }));
    return { output: { Parameters, ...described, ...needed, DeclaredTransforms: transforms }, effects: [] };
  },
});

export const summaryOperations = { GetTemplateSummary, ValidateTemplate };
