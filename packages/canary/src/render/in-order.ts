/** Where one of several things that go on at once writes its lines. */
export interface Turn {
  readonly write: (line: string) => void;
  /** Nothing more comes: the next one's lines are written. */
  readonly end: () => void;
}

/** Lines of things that go on at once, written one thing after the other: the first live, the others when it is done. */
export function inOrder(count: number, write: (line: string) => void): readonly Turn[] {
  const kept: string[][] = Array.from({ length: count }, () => []);
  const ended = new Set<number>();
  let current = 0;
  return kept.map((lines, index) => ({
    write(line) {
      if (index === current) write(line);
      else lines.push(line);
    },
    end() {
      ended.add(index);
      while (ended.has(current)) for (const line of kept[++current] ?? []) write(line);
    },
  }));
}
