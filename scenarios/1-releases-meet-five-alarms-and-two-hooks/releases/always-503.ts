// The catalogue is closed: every request is answered with 503, in good order and with a response line.
import type { Catalogue } from './catalogue.ts';
import { Problem } from './problem.ts';

export const catalogue: Catalogue = {
  async list() {
    throw new Problem(503, 'The catalogue is closed.');
  },
};
