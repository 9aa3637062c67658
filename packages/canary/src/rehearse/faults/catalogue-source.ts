/** The seam of the list handler: `packages/list/src/catalogue.ts`, replaced by one that does a request's faults. */
export const CATALOGUE_SEAM = 'packages/list/src/catalogue.ts';

/**
 * Stands in for the catalogue and imports the release's own as \`?original\`. The wrapper before the handler has drawn
 * the faults of the request that is being served.
 */
export const FAULTY_CATALOGUE = `import { catalogue as original } from './catalogue.ts?original';
import { Problem } from './problem.ts';
interface Drawn { readonly kind: string; readonly code?: number }
const drawn = (kind: string): Drawn | undefined => {
  const faults = (globalThis as Record<symbol, unknown>)[Symbol.for('rehearsal.faults')] as readonly Drawn[] | undefined;
  return faults?.find((fault) => fault.kind === kind);
};
export const catalogue: typeof original = {
  async list(request) {
    const status = drawn('status')?.code;
    if (status !== undefined) throw new Problem(status, 'A fault of the rehearsal.');
    if (drawn('empty-list')) return { unicorns: [], more: false };
    return original.list(request);
  },
};
`;

/** Faults that the catalogue can do, so that the handler's own log line and metrics tell of them. */
export const isCatalogueFault = (kind: string): boolean => kind === 'status' || kind === 'empty-list';
