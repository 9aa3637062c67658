/** Every fault under every configuration, rehearsed, beside the odds. */
export { showMatrix } from './matrix-command.ts';
export type { MatrixCell } from './matrix-cell.ts';
