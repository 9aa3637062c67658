/** From template text to a resolved, ordered, transformed template. */
export { compileTemplate, inspectTemplate, writeOutLoops } from './compile.ts';
export { lineIn } from './compiled-template.ts';
export type { CompiledOutput, CompiledResource, CompiledTemplate, CompileInput } from './compiled-template.ts';
export { resolveOutputs, resolveProperties, resolveUpdatePolicy } from './resolve-later.ts';
export type { ResolvedOutput } from './resolve-later.ts';
export { SERVERLESS_TYPES, TEMPLATE_SLICE } from './slice.ts';
export { logicalIdHash } from './sam/logical-id-hash.ts';
export type { ResolveCode } from './sam/sam-context.ts';
export type { Lookup, ResourceValues } from './scope.ts';
export type { Path, Value, ValueList, ValueMap } from './template-value.ts';
export { conditionValues } from './condition-values.ts';
export { parseTemplate } from './parse.ts';
export type { ParsedTemplate } from './parse.ts';
export { referencesIn } from './references.ts';
export type { Reference } from './references.ts';
export { intrinsicOf, isList, isMap } from './template-value.ts';
