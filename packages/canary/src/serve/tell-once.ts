import type { Cloud } from '@unicorns/cloud';
import type { StateFolder } from '@unicorns/cloud/shell';

/**
 * Tells lines about a cloud, each once: one that an earlier life of the cloud has told is not told again, and none is
 * told before what it is about is kept. `at` is a place in the journal: how long it was.
 */
export interface TellOnce {
  tell(line: string, at: number): void;
  /** Everything has been told. */
  told(): Promise<void>;
}

export function tellOnce(
  cloud: Pick<Cloud, 'kept'>,
  keep: StateFolder | undefined,
  say: (line: string) => void,
): TellOnce {
  if (keep === undefined) return { tell: say, told: () => Promise.resolve() };
  const before = keep.toldBefore;
  let telling = Promise.resolve();
  return {
    tell(line, at) {
      if (at <= before) return;
      telling = telling.then(async () => {
        await cloud.kept();
        // Before the line: between the two a kill loses it, the other way round it would be told twice.
        keep.told(at);
        say(line);
      });
      // A folder that cannot be written is told by whoever writes to it.
      telling.catch(() => undefined);
    },
    told: () => telling.catch(() => undefined),
  };
}
