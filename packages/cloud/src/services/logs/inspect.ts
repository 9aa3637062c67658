/** The door for those who look at filter patterns. No log groups behind it. */
export { requireTransformation } from './metric-transformation.ts';
export { compilePattern, filterLine, type FilterPattern } from './filter-pattern/compile-pattern.ts';
