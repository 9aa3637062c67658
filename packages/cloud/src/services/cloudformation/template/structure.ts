import { checkAttributes } from './check-attributes.ts';
import { checkOutputs } from './check-outputs.ts';
import type { Problems } from './problems.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { isList, isMap, mapAt, textOf } from './template-value.ts';

export const SECTIONS = new Set(
  'AWSTemplateFormatVersion Description Metadata Parameters Mappings Conditions Transform Globals Resources Outputs'.split(
    ' ',
  ),
);
export const REFUSED_SECTIONS = new Set(['Rules', 'Hooks']);
const ATTRIBUTES = new Set(
  'Type Description Properties DependsOn Condition Metadata DeletionPolicy UpdatePolicy UpdateReplacePolicy CreationPolicy IgnoreGlobals'.split(
    ' ',
  ),
);

export const SERVERLESS = 'AWS::Serverless-2016-10-31';
export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';
/** Older templates carry it, the workshop's among them. AWS closed CodeStar on 31 July 2024. */
export const CODE_STAR = 'AWS::CodeStar';

/** The macros that a template asks for. */
export function transformsOf(template: ValueMap): readonly Value[] {
  const written = template['Transform'];
  if (written === undefined) return [];
  return isList(written) ? written : [written];
}

/** What is worth saying about a template that is nevertheless taken as it is. */
export function warningsOf(template: ValueMap, warnings: Problems): void {
  for (const [i, name] of transformsOf(template).entries())
    if (name === CODE_STAR)
      warnings.add(
        ['Transform', i],
        'The transform AWS::CodeStar went with CodeStar in July 2024. It changes nothing here; on AWS it must be removed.',
      );
}

/** Reports what no CloudFormation template may look like, before anything is made of it. */
export function checkStructure(template: ValueMap, problems: Problems): void {
  checkVersion(template, problems);
  const unknown = Object.keys(template).filter((name) => !SECTIONS.has(name) && !REFUSED_SECTIONS.has(name));
  for (const name of unknown)
    problems.add([name], `Template format error: Invalid template property or properties [${name}]`);
  for (const name of REFUSED_SECTIONS)
    if (name in template)
      problems.add(
        [name],
        `The section ${name} is outside the slice that can be rehearsed. See docs/slice.md#sections.`,
      );
  for (const [i, name] of transformsOf(template).entries())
    if (name !== SERVERLESS && name !== LANGUAGE_EXTENSIONS && name !== CODE_STAR)
      problems.add(
        ['Transform', i],
        `The transform ${nameOf(name)} is outside the slice that can be rehearsed. See docs/slice.md#transforms.`,
      );
  for (const name of ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'])
    if (name in template && !isMap(template[name]))
      problems.add([name], `Template format error: [/${name}] must be a map.`);
  for (const name of ['Mappings', 'Conditions', 'Resources', 'Outputs'])
    if ('Fn::Transform' in mapAt(template, name)) problems.add([name, 'Fn::Transform'], includedIn(`section ${name}`));
  if (Object.keys(mapAt(template, 'Resources')).length === 0)
    problems.add(['Resources'], 'Template format error: At least one Resources member must be defined.');
  for (const [id, resource] of Object.entries(mapAt(template, 'Resources')))
    if (id !== 'Fn::Transform') checkResource(id, resource, template, problems);
  checkMappings(template, problems);
  checkOutputs(template, problems);
}

/** There has been one version of the format. Globals are a section of SAM's. */
function checkVersion(template: ValueMap, problems: Problems): void {
  const version = template['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09')
    problems.add(
      ['AWSTemplateFormatVersion'],
      'Template format error: unsupported value for AWSTemplateFormatVersion.',
    );
  if ('Globals' in template && !transformsOf(template).includes(SERVERLESS))
    problems.add(['Globals'], 'Template format error: Invalid template property or properties [Globals]');
}

/** Source: CFNG:mappings-section-structure (D): two levels of names, then texts or lists of texts. */
function checkMappings(template: ValueMap, problems: Problems): void {
  for (const [map, keys] of Object.entries(mapAt(template, 'Mappings'))) {
    if (map === 'Fn::Transform') continue;
    const report = (path: Path, message: string): void =>
      problems.add(['Mappings', map, ...path], `Template format error: ${message}`);
    if (!isMap(keys)) report([], `Every Mappings member ${map} must be a map`);
    else
      for (const [key, attributes] of Object.entries(keys)) {
        if (!isMap(attributes)) report([key], `Every Mappings attribute ${map}.${key} must be a map.`);
        else
          for (const [name, value] of Object.entries(attributes))
            if (isMap(value) || (isList(value) && value.some(isMap)))
              report([key, name], 'Every Mappings attribute must be a String or a List.');
      }
  }
}

const includedIn = (place: string): string =>
  `Fn::Transform in the ${place} is outside the slice that can be rehearsed. See docs/slice.md#intrinsics.`;

const nameOf = (name: Value): string => (isMap(name) ? textOf(name['Name'] ?? 'without a name') : textOf(name));

/** Why a loop is still there after all loops have been written out. Source: CFNG:intrinsic-function-reference-foreach */
export const loopRefusal = (hasLanguageExtensions: boolean): string =>
  hasLanguageExtensions
    ? 'Fn::ForEach over anything but texts and list parameters is outside the slice that can be rehearsed. See docs/slice.md#intrinsics.'
    : `Template error: Fn::ForEach needs Transform: ${LANGUAGE_EXTENSIONS}`;

/** Custom resources may have a version beside their type, as the guide's examples do. Source: CFNG:template-custom-resources. */
const isCustom = (type: Value | undefined): boolean =>
  typeof type === 'string' && /^(?:Custom::|AWS::CloudFormation::CustomResource$)/.test(type);

function checkResource(id: string, resource: Value, template: ValueMap, problems: Problems): void {
  const at = ['Resources', id];
  if (id.startsWith('Fn::ForEach'))
    return problems.add(at, loopRefusal(transformsOf(template).includes(LANGUAGE_EXTENSIONS)));
  if (!/^[A-Za-z0-9]+$/.test(id)) problems.add(at, `Template format error: Resource name ${id} is non alphanumeric.`);
  if (!isMap(resource))
    return problems.add(at, `Template format error: [/Resources/${id}] resource definition is malformed`);
  if (typeof resource['Type'] !== 'string')
    problems.add(at, `Template format error: [/Resources/${id}] Every Resources object must contain a Type member.`);
  else if (resource['Type'].startsWith('AWS::Serverless::') && transformsOf(template).length === 0)
    problems.add(
      [...at, 'Type'],
      `Template format error: Unrecognized resource types: [${resource['Type']}]. The template has no Transform: ${SERVERLESS}.`,
    );
  if (resource['Properties'] !== undefined && !isMap(resource['Properties']))
    problems.add([...at, 'Properties'], `Template format error: [/Resources/${id}/Properties] must be a map.`);
  for (const name of Object.keys(resource)) {
    if (name === 'Connectors')
      problems.add(
        [...at, name],
        `Connectors of ${id} are outside the slice that can be rehearsed. See docs/slice.md#sam.`,
      );
    else if (!ATTRIBUTES.has(name) && !(name === 'Version' && isCustom(resource['Type'])))
      problems.add([...at, name], `Template format error: Invalid template resource property '${name}'`);
  }
  checkAttributes(id, resource, transformsOf(template).includes(LANGUAGE_EXTENSIONS), problems);
  const condition = resource['Condition'];
  if (condition !== undefined && !(typeof condition === 'string' && condition in mapAt(template, 'Conditions')))
    problems.add(
      [...at, 'Condition'],
      `Template format error: Unresolved condition dependency ${textOf(condition)} in the Resources block of the template`,
    );
}
