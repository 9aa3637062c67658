// The real fix: the herd of the healthy release, faster by a kilometre an hour.
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { unicorns } from './unicorns.ts';

const faster = unicorns.map((unicorn) => ({ ...unicorn, speedKmh: unicorn.speedKmh + 1 }));

export const catalogue = inMemoryCatalogue(faster);
