import { type Problem, UserError } from '@unicorns/cloud';
import { type Fault, FAULT_KINDS, type FaultKind } from './fault.ts';

/**
 * `kind` or `kind:key=value,…`. Every kind takes `share` (`0.05` or `5%`, default all requests) and `from` (`1m`, `90s`,
 * default `0m`, on the rehearsal's clock, which starts with the deployment); `latency` needs `ms`, `status` needs `code`.
 * Throws a UserError that names everything wrong with the text.
 */
export function parseFault(text: string): Fault {
  const problems: string[] = [];
  const [kindText = '', ...rest] = text.split(':');
  const kind = FAULT_KINDS.find((known) => known === kindText);
  if (kind === undefined) {
    const meant = FAULT_KINDS.find((known) => text.startsWith(`${known},`));
    throw new UserError(
      meant === undefined
        ? `The fault "${text}" is of no known kind. Kinds are ${FAULT_KINDS.join(', ')}.`
        : `The fault "${text}" has no colon before its settings, as in ${meant}:share=5%.`,
    );
  }
  const settings = readSettings(rest.join(':'), KEYS[kind], problems);
  const share = read(settings, 'share', '1', parseShare, 'a share above 0 and up to 1, such as 0.05 or 5%', problems);
  const fromMs = read(settings, 'from', '0m', parseDuration, 'a time such as 1m or 90s', problems);
  const own = readOwn(kind, settings, problems);
  if (problems.length > 0)
    throw new UserError(problems.map((message): Problem => ({ message: `The fault "${text}": ${message}` })));
  return { ...own, share, fromMs };
}

const KEYS: { readonly [K in FaultKind]: readonly string[] } = {
  throw: [],
  latency: ['ms'],
  timeout: [],
  exit: [],
  oom: [],
  malformed: [],
  'lost-response-line': [],
  status: ['code'],
  'empty-list': [],
};

type Own =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'status'; readonly code: number }
  | { readonly kind: Exclude<FaultKind, 'latency' | 'status'> };

function readOwn(kind: FaultKind, settings: ReadonlyMap<string, string>, problems: string[]): Own {
  if (kind === 'latency') {
    return { kind, ms: read(settings, 'ms', '', parseWhole(1, 900_000), 'whole milliseconds, such as 1500', problems) };
  }
  if (kind === 'status') {
    return { kind, code: read(settings, 'code', '', parseWhole(100, 599), 'a status from 100 to 599', problems) };
  }
  return { kind };
}

function readSettings(text: string, own: readonly string[], problems: string[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const part of text === '' ? [] : text.split(',')) {
    const [key = '', ...value] = part.split('=');
    if (key !== 'share' && key !== 'from' && !own.includes(key)) {
      problems.push(`it has no setting "${key}"; it takes ${['share', 'from', ...own].join(', ')}.`);
    } else if (settings.has(key)) problems.push(`"${key}" is given twice.`);
    else settings.set(key, value.join('='));
  }
  return settings;
}

function read(
  settings: ReadonlyMap<string, string>,
  key: string,
  fallback: string,
  parse: (text: string) => number | undefined,
  wanted: string,
  problems: string[],
): number {
  const text = settings.get(key) ?? fallback;
  const value = parse(text);
  if (value === undefined) problems.push(`"${key}" ${text === '' ? 'is missing' : `is "${text}"`}; it is ${wanted}.`);
  return value ?? 0;
}

/** `0.05` or `5%`: above 0 and up to 1; undefined for anything else. */
export function parseShare(text: string): number | undefined {
  const [, number, percent] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === '%' ? 100 : 1);
  return share > 0 && share <= 1 ? share : undefined;
}

function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d*\.?\d+)(m|s)$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (unit === 'm' ? 60_000 : 1_000));
}

const parseWhole =
  (lowest: number, highest: number) =>
  (text: string): number | undefined => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= lowest && value <= highest ? value : undefined;
  };
