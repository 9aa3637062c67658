/**
 * Jest begins with what took longest the last time, and in a fresh clone with the largest files. Some small files take
 * longest of all, and whoever comes last leaves the other cores idle: they come first.
 */
import Sequencer from '@jest/test-sequencer';

const SLOWEST = ['tell-scenario', 'serve/state', 'rehearsals/blind-gates', 'plan/run-plan', 'build/build-functions'];

const place = ({ path }) => {
  const at = SLOWEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`/${name}.test.ts`));
  return at < 0 ? SLOWEST.length : at;
};

export default class SlowestFirst extends Sequencer {
  /** @override */
  async sort(tests) {
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
