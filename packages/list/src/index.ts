export type { Catalogue, CataloguePage, PageRequest, Unicorn } from './catalogue.ts';
export { handler } from './list-unicorns.ts';
