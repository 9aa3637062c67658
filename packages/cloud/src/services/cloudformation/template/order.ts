/** What must exist before what. Source: reference codedeploy-sam-cloudformation §1.6; CFNG:aws-attribute-dependson */

/** Logical id → the ids that it needs; both in the order of the template. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** An order in which everything comes after what it needs, as near to the template's own as can be. */
export function orderOf(dependencies: Dependencies): readonly string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, open: ReadonlySet<string>): void => {
    if (done.has(id) || open.has(id)) return;
    for (const needed of dependencies.get(id) ?? []) visit(needed, new Set([...open, id]));
    if (done.has(id)) return;
    done.add(id);
    order.push(id);
  };
  for (const id of dependencies.keys()) visit(id, new Set());
  return order;
}

/** The groups that need one another, each with all its members: strongly connected components. */
export function cyclesIn(dependencies: Dependencies): readonly (readonly string[])[] {
  const reach = new Map([...dependencies.keys()].map((id) => [id, reachableFrom(dependencies, id)]));
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const [id, ids] of reach) {
    if (seen.has(id) || !ids.has(id)) continue;
    const members = [...reach].flatMap(([other, its]) => (ids.has(other) && its.has(id) ? [other] : []));
    for (const member of members) seen.add(member);
    cycles.push(members);
  }
  return cycles;
}

/** All that is needed, directly or not. */
function reachableFrom(dependencies: Dependencies, from: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const next = [...(dependencies.get(from) ?? [])];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    next.push(...(dependencies.get(id) ?? []));
  }
  return seen;
}
