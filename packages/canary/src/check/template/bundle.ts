/** The code of one function, as far as it is at hand: text files by their path in the package. */
export interface Bundle {
  readonly texts: ReadonlyMap<string, string>;
  /** Code may come from elsewhere too: node_modules beside the handler, or layers. Then absence proves nothing. */
  readonly isWhole: boolean;
}

/** Reads the package that a `CodeUri` names, relative to the template; undefined when there is none to read. */
export type ReadBundle = (codeUri: string) => Bundle | undefined;

/** Does any file hold this text? Case and underscores do not count: SDKs spell one operation in many ways. */
export function mentions({ texts }: Bundle, needle: string): boolean {
  let plain = plainTexts.get(texts);
  if (plain === undefined) {
    plain = plainText([...texts.values()].join('\n'));
    plainTexts.set(texts, plain);
  }
  return plain.includes(plainText(needle));
}

const plainTexts = new WeakMap<Bundle['texts'], string>();

const plainText = (content: string): string => content.replaceAll('_', '').toLowerCase();
