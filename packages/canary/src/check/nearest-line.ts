/** The line of the value at a path of the document, or of its nearest ancestor that is written down; not of a section. */
export function nearestLineOf(
  lines: ReadonlyMap<string, number>,
  path: readonly (string | number)[],
): number | undefined {
  for (let length = path.length; length >= Math.min(2, path.length) && length > 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}
