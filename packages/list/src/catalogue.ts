/**
 * The catalogue of unicorns behind one small interface, and the one place that says which catalogue is deployed.
 *
 * A team swaps the last line for its own table. A rehearsal swaps this file in its builds
 * (`replacements: { 'packages/list/src/catalogue.ts': … }` of the bundler), to put a status or an empty list into a
 * release on purpose. Both work because only `list-unicorns.ts` imports `catalogue`; types may be imported anywhere.
 */
import { inMemoryCatalogue } from './in-memory-catalogue.ts';
import { unicorns } from './unicorns.ts';

/** What a rider has to know of a unicorn to book a ride. */
export interface Unicorn {
  /** Unique and stable; pages are ordered by it. Letters, digits, `.`, `_` and `-`, 64 at most. */
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly speedKmh: number;
  readonly rangeKm: number;
  readonly seats: number;
  readonly stable: string;
}

export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number;
  /** Only unicorns whose id comes after this one; it need not exist (any more). */
  readonly after?: string;
}

export interface CataloguePage {
  /** In the order of their ids, `limit` at most. */
  readonly unicorns: readonly Unicorn[];
  /** True when at least one unicorn comes after the last of this page. */
  readonly more: boolean;
}

/** May throw a `Problem` of its own status, say 503 while the table cannot be asked. Anything else thrown is a 500. */
export interface Catalogue {
  list(request: PageRequest): Promise<CataloguePage>;
}

export const catalogue: Catalogue = inMemoryCatalogue(unicorns);
