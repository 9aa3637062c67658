import type { Line } from './line.ts';
import { PatternError } from './pattern-error.ts';
import { compileRegex } from './regex.ts';
import { Scanner } from './scanner.ts';
import type { Evidence } from './undocumented.ts';

type TextTest = (message: string) => boolean;

interface Term {
  /** `ERROR` has to be there, `-ERROR` must not, of several `?ERROR` one has to. */
  readonly kind: 'required' | 'excluded' | 'optional';
  readonly isRegex: boolean;
  readonly test: TextTest;
}

export interface TermPattern {
  readonly regexes: number;
  readonly test: (line: Line, evidence: Evidence) => boolean;
}

/** `ERROR -"Not found" ?WARN`, or a lone `%regex%`. Source: FP, FP-old (D), rules 1.2.1–1.2.6. */
export function parseTermPattern(text: string): TermPattern {
  const terms = takeTerms(new Scanner(text));
  const required = terms.filter((term) => term.kind === 'required').map((term) => term.test);
  const excluded = terms.filter((term) => term.kind === 'excluded').map((term) => term.test);
  // One term without `?` is enough for all terms with `?` to be dropped silently (rule 1.2.5).
  const optional = terms.every((term) => term.kind === 'optional') ? terms.map((term) => term.test) : [];
  const regexes = terms.filter((term) => term.isRegex).length;
  const onlyExcluded = terms.length > 0 && excluded.length === terms.length;
  const mixed = regexes > 0 && terms.length > 1;
  return {
    regexes,
    test({ message }, evidence) {
      for (const test of required) if (!test(message)) return false;
      for (const test of excluded) if (test(message)) return false;
      if (optional.length > 0 && !optional.some((test) => test(message))) return false;
      if (onlyExcluded) evidence.add('only-excluded-terms');
      if (mixed) evidence.add('regex-among-terms');
      return true;
    },
  };
}

function takeTerms(scanner: Scanner): Term[] {
  const terms: Term[] = [];
  for (scanner.skipBlanks(); !scanner.done; scanner.skipBlanks()) {
    const sign = scanner.takeMatch(/[-?]/y);
    const kind = sign === '-' ? 'excluded' : sign === '?' ? 'optional' : 'required';
    terms.push({ kind, ...takeTest(scanner) });
  }
  return terms;
}

function takeTest(scanner: Scanner): Omit<Term, 'kind'> {
  const regex = scanner.takeRegex();
  if (regex !== undefined) {
    const compiled = compileRegex(regex);
    return { isRegex: true, test: (message) => compiled.test(message) };
  }
  const text = scanner.takeQuoted() ?? takeBareTerm(scanner);
  // A quoted blank matches every event (rule 1.1.1).
  return { isRegex: false, test: text.trim() === '' ? () => true : (message) => message.includes(text) };
}

function takeBareTerm(scanner: Scanner): string {
  const word = scanner.takeMatch(/[^\s"]+/y) ?? '';
  if (/^[\p{L}\p{N}_]+$/u.test(word)) return word;
  throw new PatternError(
    `The term ${word} has to stand in double quotes: only letters, digits and underscores go without.`,
    `Invalid character(s) in term '${word}'`,
  );
}
