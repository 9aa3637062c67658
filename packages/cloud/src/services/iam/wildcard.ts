/** `*` is any text, also across colons and slashes, `?` any one character. Source: IAM user guide, Resource element (D). */
export function compileWildcard(pattern: string, ignoreCase = false): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const source = pattern
    .replaceAll(/[.+^$()[\]{}|\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  const regex = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  return (text) => regex.test(text);
}
