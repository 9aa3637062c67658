/** `nodejs22.x` → 22. What is not a Node runtime never gets here; it counts as the current one. */
export const runtimeMajor = (runtime: string): number => Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 24);
