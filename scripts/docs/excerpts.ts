/** Pieces of files that pages show: of a scenario's golden journal, and of a template. */

const isHeading = (line: string): boolean => /^\d+\/\d+ {2}/.test(line);

/** What the journal tells of one release, entry by entry: a line that begins with a time or a mark, and what hangs on it. */
export function entriesOf(journal: string, release: string): readonly string[] {
  const lines = journal.split('\n');
  const from = lines.findIndex((line) => isHeading(line) && line.includes(`  ${release}  `));
  if (from < 0) throw new Error(`The journal tells of no release "${release}".`);
  const entries: string[] = [];
  for (const line of lines.slice(from + 1)) {
    if (isHeading(line)) break;
    if (/^(?:\d\d+:\d\d|[✓✗]) /.test(line)) entries.push(line);
    else if (entries.length > 0 && /^ {5,}\S/.test(line)) entries.push(`${entries.pop() ?? ''}\n${line}`);
    else if (entries.length > 0) break;
  }
  return entries;
}

/** The entries from the first that matches `from` to the first after it that matches `to`. */
export function span(entries: readonly string[], from: RegExp, to: RegExp): readonly string[] {
  const begin = entries.findIndex((entry) => from.test(entry));
  const length = entries.slice(begin + 1).findIndex((entry) => to.test(entry));
  if (begin < 0 || (length < 0 && !to.test(entries[begin] ?? ''))) {
    throw new Error(`The journal has no span from ${String(from)} to ${String(to)}.`);
  }
  return entries.slice(begin, begin + (to.test(entries[begin] ?? '') ? 1 : length + 2));
}

/** One entry of a section of a YAML file that is indented by two: a resource with everything in it. */
export function yamlBlock(text: string, key: string): string {
  const lines = text.split('\n');
  const from = lines.indexOf(`  ${key}:`);
  if (from < 0) throw new Error(`There is no "${key}".`);
  const rest = lines.slice(from + 1).findIndex((line) => /^ {0,2}\S/.test(line));
  const block = lines.slice(from, rest < 0 ? undefined : from + 1 + rest);
  return block.join('\n').trimEnd();
}

export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
