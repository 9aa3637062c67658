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
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const id of dependencies.keys()) {
    if (seen.has(id)) continue;
    const members = [...dependencies.keys()].filter(
      (other) => reaches(dependencies, id, other) && reaches(dependencies, other, id),
    );
    for (const member of members) seen.add(member);
    if (members.length > 0) cycles.push(members);
  }
  return cycles;
}

/** Is there a way of at least one step? */
function reaches(dependencies: Dependencies, from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [...(dependencies.get(from) ?? [])];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    next.push(...(dependencies.get(id) ?? []));
  }
  return false;
}
