// Healthy: the first unicorn is called Briar, which makes it a release of its own.
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { unicorns } from './unicorns.ts';

const renamed = unicorns.map((unicorn) => (unicorn.id === 'u-001' ? { ...unicorn, name: 'Briar' } : unicorn));

export const catalogue = inMemoryCatalogue(renamed);
