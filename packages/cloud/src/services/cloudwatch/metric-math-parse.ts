/** An expression of metric math, as written. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'id'; readonly id: string }
  /** `LINEAR`, `REPEAT`, `ASC`, `AVG` …: an argument that is a word. */
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'negate'; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type Operator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '^';

/** What is wrong with an expression; `unsupported` names a function of AWS that cannot be rehearsed. */
export class MetricMathError extends Error {
  readonly unsupported: string | undefined;

  constructor(message: string, unsupported?: string) {
    super(message);
    this.name = 'MetricMathError';
    this.unsupported = unsupported;
  }
}

/** Functions of AWS that are refused by name, with the reason. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  SEARCH: 'finds metrics by a query, which no alarm may do',
  ANOMALY_DETECTION_BAND: 'needs training history',
  INSIGHT_RULE_METRIC: 'reads Contributor Insights',
  DB_PERF_INSIGHTS: 'reads RDS Performance Insights',
  SERVICE_QUOTA: 'reads Service Quotas',
  LAMBDA: 'calls a data source connector',
  SELECT: 'is a Metrics Insights query',
};

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<text>"[^"]*"|'[^']*')|(?<name>[A-Za-z]\w*)|(?<sign>&&|\|\||[=!<>]=|[-+*/^<>()[\],]))/y;

type Token =
  | { readonly type: 'number' | 'text' | 'name' | 'sign'; readonly text: string; readonly at: number }
  | { readonly type: 'end'; readonly text: ''; readonly at: number };

/** From the loosest binding to the tightest; `^` alone groups to the right. */
const LEVELS: readonly (readonly Operator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];
const WORDS: Readonly<Record<string, Operator>> = { AND: '&&', OR: '||' };

/** Parses an expression; throws MetricMathError. Source: MM (D). */
export function parseMetricMath(text: string): Expression {
  if (/^\s*SELECT\b/.test(text)) throw unsupported('SELECT');
  const parser = new Parser(tokensOf(text));
  return parser.whole();
}

/** The ids an expression refers to, each once. */
export function idsIn(expression: Expression): readonly string[] {
  switch (expression.type) {
    case 'number':
    case 'text':
    case 'word':
      return [];
    case 'id':
      return [expression.id];
    case 'list':
      return unique(expression.items.flatMap(idsIn));
    case 'negate':
      return idsIn(expression.operand);
    case 'binary':
      return unique([...idsIn(expression.left), ...idsIn(expression.right)]);
    case 'call':
      return unique(expression.args.flatMap(idsIn));
    default:
      return expression satisfies never;
  }
}

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

const unsupported = (name: string): MetricMathError =>
  new MetricMathError(`${name} ${UNSUPPORTED[name]} and cannot be rehearsed. See docs/slice.md#alarms.`, name);

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new MetricMathError(`Unexpected character at position ${at} of "${text}".`);
    for (const type of ['number', 'text', 'name', 'sign'] as const) {
      const found = groups[type];
      if (found !== undefined) tokens.push({ type, text: found, at: TOKEN.lastIndex - found.length });
    }
    at = TOKEN.lastIndex;
  }
  tokens.push({ type: 'end', text: '', at });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#peek().type !== 'end') throw this.#unexpected();
    return expression;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { type: 'end', text: '', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #skip(sign: string): boolean {
    const found = this.#peek().type === 'sign' && this.#peek().text === sign;
    if (found) this.#next++;
    return found;
  }

  #expect(sign: string): void {
    if (!this.#skip(sign)) throw this.#unexpected();
  }

  #unexpected(): MetricMathError {
    const { type, text, at } = this.#peek();
    return new MetricMathError(
      type === 'end' ? 'The expression ends too early.' : `Unexpected "${text}" at position ${at}.`,
    );
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const { text } = this.#peek();
      const operator = operators.find((it) => it === (WORDS[text] ?? text));
      if (operator === undefined) return left;
      this.#next++;
      left = { type: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #power(): Expression {
    if (this.#skip('-')) return { type: 'negate', operand: this.#power() };
    if (this.#skip('+')) return this.#power();
    const base = this.#primary();
    return this.#skip('^') ? { type: 'binary', operator: '^', left: base, right: this.#power() } : base;
  }

  #primary(): Expression {
    if (this.#skip('(')) {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    if (this.#skip('[')) return { type: 'list', items: this.#items(']') };
    const { type, text } = this.#peek();
    if (type === 'end' || type === 'sign') throw this.#unexpected();
    this.#take();
    if (type === 'number') return { type: 'number', value: Number(text) };
    if (type === 'text') return { type: 'text', text: text.slice(1, -1) };
    if (text in UNSUPPORTED) throw unsupported(text);
    if (this.#skip('(')) return { type: 'call', name: text, args: this.#items(')') };
    return /^[a-z]/.test(text) ? { type: 'id', id: text } : { type: 'word', word: text };
  }

  #items(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#skip(close)) return items;
    do items.push(this.#binary(0));
    while (this.#skip(','));
    this.#expect(close);
    return items;
  }
}
