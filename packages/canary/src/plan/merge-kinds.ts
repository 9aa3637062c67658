import { sampleOf } from './counting-rule.ts';
import type { Gate } from './plan-input.ts';
import type { RequestKind } from './request-kinds.ts';

/** Kinds that no metric of these gates tells apart become one: fewer counts to draw. */
export function mergedKinds(gates: readonly Gate[], kinds: readonly RequestKind[]): readonly RequestKind[] {
  const sources = gates.flatMap((gate) => gate.sources);
  const alike = Map.groupBy(kinds, (kind) =>
    [kind.version, kind.isHit, ...sources.map((source) => sampleOf(source, kind))].join(),
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const sum = (share: (kind: RequestKind) => number): number =>
      others.reduce((all, it) => all + share(it), share(first));
    return [{ ...first, shareBefore: sum((it) => it.shareBefore), shareAfter: sum((it) => it.shareAfter) }];
  });
}
