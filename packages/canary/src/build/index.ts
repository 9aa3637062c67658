export { BuildFailed, type BuildProblem } from './build-failed.ts';
export { buildFunctions, type BuildRequest, type BuiltFunction } from './build-functions.ts';
export { bundle, type Bundle, type BundleRequest } from './bundle.ts';
export { functions, type FunctionSource } from './functions.ts';
