import type { Catalogue, Unicorn } from './catalogue.ts';

/** A catalogue over a fixed herd, for a start and for tests. Pages are cut by id, so that a changed herd shifts no page. */
export function inMemoryCatalogue(herd: readonly Unicorn[]): Catalogue {
  const byId = herd.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    async list({ limit, after }) {
      const next = after === undefined ? 0 : byId.findIndex(({ id }) => id > after);
      const start = next === -1 ? byId.length : next;
      return { unicorns: byId.slice(start, start + limit), more: start + limit < byId.length };
    },
  };
}
