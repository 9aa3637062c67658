import { fileURLToPath } from 'node:url';
import type { Repository } from './rehearse/index.ts';

const pathOf = (relative: string): string =>
  fileURLToPath(new URL(`../../../${relative}`, import.meta.url)).replace(/\/$/, '');

/** Where this repository's own things are. */
export const REPOSITORY: Repository & { readonly scenariosDir: string } = {
  root: pathOf(''),
  templateFile: pathOf('infra/template.yaml'),
  cacheDir: pathOf('.build/releases'),
  scenariosDir: pathOf('scenarios'),
};
