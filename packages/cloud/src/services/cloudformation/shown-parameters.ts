import { parameterText } from './requested-template.ts';
import { isNoEcho } from './template-summary.ts';
import { type CompiledTemplate, isMap } from './template/index.ts';

/** The values of a template's parameters as they are shown; those with NoEcho are not (CFNG:parameters-section-structure, D). */
export function shownParameters({ parameters, transformed }: CompiledTemplate) {
  const declared = transformed['Parameters'];
  const declarations = isMap(declared) ? declared : {};
  return Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: isNoEcho(declarations[ParameterKey]) ? '****' : parameterText(value),
  }));
}
