export { UserError, formatProblem, type Problem } from './user-error.ts';
