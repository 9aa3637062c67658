import { type Style } from '../render/index.ts';
import type { Repository } from '../rehearse/index.ts';
import type { MatrixCell } from './matrix-cell.ts';
import { cellLines, summaryLines } from './render-matrix.ts';
import { type MatrixOptions, runMatrix } from './run-matrix.ts';

/** Runs the matrix and shows it. Gives the exit code: 1 when a rehearsal contradicts what plan foretells. */
export async function showMatrix(
  options: MatrixOptions & { readonly json?: boolean },
  repository: Repository,
  style: Style,
): Promise<number> {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  let previous: MatrixCell | undefined;
  const cells = await runMatrix(options, repository, (cell) => {
    if (options.json !== true) for (const line of cellLines(cell, previous, style)) write(line);
    previous = cell;
  });
  if (options.json === true) write(JSON.stringify({ matrix: cells }, undefined, 2));
  else for (const line of summaryLines(cells, style)) write(line);
  return cells.some(({ agreement }) => agreement === 'contradicted') ? 1 : 0;
}
