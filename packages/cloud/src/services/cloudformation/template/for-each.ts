/**
 * Fn::ForEach, written out before anything else looks at the template, as AWS::LanguageExtensions does it. What a loop
 * makes stands on the lines of the loop. Sources: CFNG:intrinsic-function-reference-foreach and its examples.
 */
import type { ParsedTemplate } from './parse.ts';
import { nearestLine } from './parse.ts';
import { Problems } from './problems.ts';
import { LANGUAGE_EXTENSIONS, transformsOf } from './structure.ts';
import type { Path, Value, ValueMap } from './template-value.ts';
import { intrinsicOf, isList, isMap, mapAt, textOf } from './template-value.ts';

const LOOP = 'Fn::ForEach::';
/** Where loops may stand. */
const SECTIONS = ['Conditions', 'Resources', 'Outputs'];
const MOST_VALUES = 100_000;
/** A loop, or a Ref or Fn::GetAtt of something that a function names. */
const HAS_WORK = /"Fn::ForEach::|"Ref":\{|"Fn::GetAtt":\[\{/;

/** Identifier → the value of this turn. */
type Turn = ReadonlyMap<string, string>;

/** `texts`: of a parameter that is a list, the items. A loop over anything that is not known stays as it is written. */
export function expandLoops(
  parsed: ParsedTemplate,
  texts: (parameter: string) => readonly string[] | undefined,
): ParsedTemplate {
  const { body } = parsed;
  if (!transformsOf(body).includes(LANGUAGE_EXTENSIONS) || !HAS_WORK.test(JSON.stringify(body))) return parsed;
  const lines = new Map(parsed.lines);
  const source = { fileName: parsed.source.fileName, lineOf: (path: Path) => nearestLine(lines, path) };
  const problems = new Problems(source, [...parsed.problems.all]);
  const expansion = new Expansion(texts, parsed.lines, lines, problems);
  const sections = SECTIONS.filter((name) => isMap(body[name])).map(
    (name) => [name, expansion.value(mapAt(body, name), new Map(), [name], [name])] as const,
  );
  return { body: { ...body, ...Object.fromEntries(sections) }, lines, source, problems };
}

class Expansion {
  readonly #texts: (parameter: string) => readonly string[] | undefined;
  readonly #written: ReadonlyMap<string, number>;
  readonly #lines: Map<string, number>;
  readonly #problems: Problems;
  #values = 0;

  constructor(
    texts: (parameter: string) => readonly string[] | undefined,
    written: ReadonlyMap<string, number>,
    lines: Map<string, number>,
    problems: Problems,
  ) {
    this.#texts = texts;
    this.#written = written;
    this.#lines = lines;
    this.#problems = problems;
  }

  /** `from`: where it is written; `to`: where it stands once all loops are gone. */
  value(value: Value, turn: Turn, from: Path, to: Path): Value {
    const line = this.#written.get(JSON.stringify(from));
    if (line !== undefined) this.#lines.set(JSON.stringify(to), line);
    if (++this.#values > MOST_VALUES) return this.#tooMany(from);
    if (isList(value)) return value.map((item, i) => this.value(item, turn, [...from, i], [...to, i]));
    if (isMap(value)) return this.#map(value, turn, from, to);
    return typeof value === 'string' ? inserted(value, turn) : value;
  }

  #map(map: ValueMap, turn: Turn, from: Path, to: Path): Value {
    const reference = intrinsicOf(map);
    if (reference?.name === 'Ref' && typeof reference.argument === 'string') {
      const item = turn.get(reference.argument);
      if (item !== undefined) return item;
    }
    const out: Record<string, Value> = {};
    for (const [key, item] of Object.entries(map)) this.#entry(out, key, item, turn, from, to);
    return withPlainName(out);
  }

  #entry(out: Record<string, Value>, key: string, item: Value, turn: Turn, from: Path, to: Path): void {
    if (this.#values > MOST_VALUES) return;
    const loop = key.startsWith(LOOP) ? this.#loop(key, item, turn, [...from, key]) : undefined;
    if (loop === undefined) {
      const name = inserted(key, turn);
      out[name] = this.value(item, turn, [...from, key], [...to, name]);
      return;
    }
    for (const text of loop.items)
      for (const [name, made] of Object.entries(loop.output))
        this.#entry(out, name, made, new Map([...turn, [loop.identifier, text]]), [...from, key, 2], to);
  }

  /** Undefined for what is no loop, or goes over what is not known. */
  #loop(key: string, written: Value, turn: Turn, at: Path) {
    const [identifier, collection, output] = isList(written) ? written : [];
    if (typeof identifier !== 'string' || !isMap(output) || (isList(written) && written.length !== 3)) {
      this.#problems.add(at, `Template error: ${key} takes an identifier, a collection and what is made of each item.`);
      return { identifier: '', items: [], output: {} };
    }
    const items = this.#items(collection, turn);
    return items && { identifier, items, output };
  }

  #items(collection: Value | undefined, turn: Turn): readonly string[] | undefined {
    if (isList(collection)) {
      const items = collection.map((item) => (isMap(item) ? this.#items(item, turn) : [inserted(textOf(item), turn)]));
      return items.includes(undefined) ? undefined : items.flatMap((item) => item ?? []);
    }
    const reference = intrinsicOf(collection);
    if (reference?.name !== 'Ref' || typeof reference.argument !== 'string') return undefined;
    const item = turn.get(reference.argument);
    return item === undefined ? this.#texts(reference.argument) : [item];
  }

  #tooMany(at: Path): string {
    if (this.#values === MOST_VALUES + 1)
      this.#problems.add(at, `Template format error: its loops make more than ${MOST_VALUES} values.`);
    return '';
  }
}

/** What Ref and Fn::GetAtt name may come from a function: `!Ref { Fn::Sub: ${Name}Alarm }`. SAM wants the name. */
function withPlainName(map: ValueMap): ValueMap {
  const { Ref: name, 'Fn::GetAtt': attribute } = map;
  if (isMap(name)) return { ...map, Ref: plainText(name) };
  return isList(attribute) ? { ...map, 'Fn::GetAtt': attribute.map(plainText) } : map;
}

/** A Fn::Sub in which nothing is left to put in. */
function plainText(value: Value): Value {
  const found = intrinsicOf(value);
  const text = found?.name === 'Fn::Sub' ? found.argument : undefined;
  return typeof text === 'string' && !text.includes('${') ? text : value;
}

/** `${Identifier}` as it is; `&{Identifier}` without what no logical id may have in it. */
function inserted(text: string, turn: Turn): string {
  let made = text;
  for (const [identifier, item] of turn)
    made = made
      .replaceAll(`\${${identifier}}`, () => item)
      .replaceAll(`&{${identifier}}`, () => item.replaceAll(/[^A-Za-z0-9]/g, ''));
  return made;
}
