// Healthy: one unicorn has another name, which makes it another release.
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { unicorns } from './unicorns.ts';

const renamed = unicorns.map((unicorn) => (unicorn.id === 'u-001' ? { ...unicorn, name: 'Asteria' } : unicorn));

export const catalogue = inMemoryCatalogue(renamed);
