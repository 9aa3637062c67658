// Healthy when the hook looks; a minute after its first request the connection to its table is gone.
import type { Catalogue } from './catalogue.ts';
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { Problem } from './problem.ts';
import { unicorns } from './unicorns.ts';

const herd = inMemoryCatalogue(unicorns);
let firstAskedAt: number | undefined;

export const catalogue: Catalogue = {
  async list(request) {
    firstAskedAt ??= Date.now();
    if (Date.now() - firstAskedAt > 60_000) throw new Problem(503, 'The catalogue has lost its connection.');
    return herd.list(request);
  },
};
