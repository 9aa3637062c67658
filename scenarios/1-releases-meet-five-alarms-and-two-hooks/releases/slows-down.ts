// Healthy when the hook looks; a minute after its first request every page takes 1.5 s, beyond the SLA of 1 s.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalogue } from './catalogue.ts';
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { unicorns } from './unicorns.ts';

const herd = inMemoryCatalogue(unicorns);
let firstAskedAt: number | undefined;

export const catalogue: Catalogue = {
  async list(request) {
    firstAskedAt ??= Date.now();
    if (Date.now() - firstAskedAt > 60_000) await sleep(1_500);
    return herd.list(request);
  },
};
