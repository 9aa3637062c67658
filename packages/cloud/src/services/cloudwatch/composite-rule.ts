/**
 * AlarmRule of a composite alarm: `ALARM(a) AND NOT (OK("b c") OR AT_LEAST(50%, NOT OK, (d, e)))`.
 * Source: AC, API-PCA (D).
 */
import type { AlarmStateValue } from './state.ts';

export type Rule =
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'state'; readonly state: AlarmStateValue; readonly alarmName: string }
  | ({ readonly type: 'atLeast'; readonly count: number; readonly percent: boolean } & AtLeast)
  | { readonly type: 'not'; readonly rule: Rule }
  | { readonly type: 'and' | 'or'; readonly rules: readonly Rule[] };

interface AtLeast {
  readonly state: AlarmStateValue;
  readonly negated: boolean;
  readonly alarmNames: readonly string[];
}

/** A rule that does not follow the grammar; the message says where. */
export class RuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RuleError';
  }
}

const STATES: readonly AlarmStateValue[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];
const TOKEN = /\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<sign>[(),])|(?<word>[^\s(),"]+))/y;
/** Children, TRUE/FALSE and parentheses. Source: API-PCA (D). */
const MOST_ELEMENTS = 500;

interface Token {
  readonly type: 'quoted' | 'sign' | 'word' | 'end';
  readonly text: string;
}

export function parseRule(text: string): Rule {
  const tokens = tokensOf(text);
  const elements = tokens.filter(
    (it, i) => it.text === '(' || it.text === 'TRUE' || it.text === 'FALSE' || isName(tokens, i),
  );
  if (elements.length > MOST_ELEMENTS)
    throw new RuleError(`AlarmRule must not have more than ${MOST_ELEMENTS} elements`);
  return new RuleParser(tokens).whole();
}

/** A name follows a parenthesis or a comma and is no keyword call. */
const isName = (tokens: readonly Token[], i: number): boolean =>
  tokens[i]?.type !== 'sign' && tokens[i]?.type !== 'end' && [')', ','].includes(tokens[i + 1]?.text ?? '');

/** Every alarm a rule refers to, each once. */
export function childrenOf(rule: Rule): readonly string[] {
  switch (rule.type) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarmName];
    case 'atLeast':
      return [...new Set(rule.alarmNames)];
    case 'not':
      return childrenOf(rule.rule);
    case 'and':
    case 'or':
      return [...new Set(rule.rules.flatMap(childrenOf))];
    default:
      return rule satisfies never;
  }
}

/** Does the rule hold, given each alarm's state? An alarm that does not exist is in no state. */
export function holds(rule: Rule, stateOf: (alarmName: string) => AlarmStateValue | undefined): boolean {
  switch (rule.type) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarmName) === rule.state;
    case 'atLeast': {
      const states = rule.alarmNames.map(stateOf).filter((state) => state !== undefined);
      const matching = states.filter((state) => (state === rule.state) !== rule.negated).length;
      return matching >= (rule.percent ? (rule.count / 100) * rule.alarmNames.length : rule.count);
    }
    case 'not':
      return !holds(rule.rule, stateOf);
    case 'and':
      return rule.rules.every((each) => holds(each, stateOf));
    case 'or':
      return rule.rules.some((each) => holds(each, stateOf));
    default:
      return rule satisfies never;
  }
}

/** The alarm's name, of a name or an ARN. */
export const alarmNameOf = (nameOrArn: string): string =>
  /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new RuleError(`AlarmRule has a syntax error at position ${at}`);
    for (const type of ['quoted', 'sign', 'word'] as const) {
      const found = groups[type];
      if (found !== undefined)
        tokens.push({ type, text: type === 'quoted' ? found.slice(1, -1).replaceAll(/\\(.)/g, '$1') : found });
    }
    at = TOKEN.lastIndex;
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

class RuleParser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Rule {
    const rule = this.#or();
    if (this.#peek().type !== 'end') throw this.#unexpected();
    return rule;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { type: 'end', text: '' };
  }

  #skip(text: string): boolean {
    const found = this.#peek().type !== 'quoted' && this.#peek().text === text;
    if (found) this.#next++;
    return found;
  }

  #expect(text: string): void {
    if (!this.#skip(text)) throw this.#unexpected();
  }

  #unexpected(): RuleError {
    const { type, text } = this.#peek();
    return new RuleError(`AlarmRule has a syntax error ${type === 'end' ? 'at its end' : `near "${text}"`}`);
  }

  #or(): Rule {
    const rules = [this.#and()];
    while (this.#skip('OR')) rules.push(this.#and());
    return rules.length === 1 && rules[0] ? rules[0] : { type: 'or', rules };
  }

  #and(): Rule {
    const rules = [this.#not()];
    while (this.#skip('AND')) rules.push(this.#not());
    return rules.length === 1 && rules[0] ? rules[0] : { type: 'and', rules };
  }

  #not(): Rule {
    return this.#skip('NOT') ? { type: 'not', rule: this.#not() } : this.#term();
  }

  #term(): Rule {
    if (this.#skip('(')) {
      const rule = this.#or();
      this.#expect(')');
      return rule;
    }
    if (this.#skip('TRUE')) return { type: 'constant', value: true };
    if (this.#skip('FALSE')) return { type: 'constant', value: false };
    if (this.#skip('AT_LEAST')) return this.#atLeast();
    const state = this.#state();
    this.#expect('(');
    const alarmName = this.#alarmName();
    this.#expect(')');
    return { type: 'state', state, alarmName };
  }

  #atLeast(): Rule {
    this.#expect('(');
    const number = /^(\d+)(%?)$/.exec(this.#peek().text);
    if (number === null) throw this.#unexpected();
    this.#next++;
    this.#expect(',');
    const negated = this.#skip('NOT');
    const state = this.#state();
    this.#expect(',');
    this.#expect('(');
    const alarmNames = [this.#alarmName()];
    while (this.#skip(',')) alarmNames.push(this.#alarmName());
    this.#expect(')');
    this.#expect(')');
    return { type: 'atLeast', count: Number(number[1]), percent: number[2] === '%', state, negated, alarmNames };
  }

  #state(): AlarmStateValue {
    const state = STATES.find((it) => this.#skip(it));
    if (state === undefined) throw this.#unexpected();
    return state;
  }

  #alarmName(): string {
    const { type, text } = this.#peek();
    if (type === 'end' || type === 'sign') throw this.#unexpected();
    this.#next++;
    return alarmNameOf(text);
  }
}
