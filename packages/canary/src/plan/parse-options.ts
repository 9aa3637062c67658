/** From what a person types to the parts of a plan's input. Everything wrong with a text is said at once. */
import { customRouting, PREDEFINED, UserError } from '@unicorns/cloud';
import { type Configuration, DEFAULT_NOISE, type FaultKind, type FaultModel, type Noise } from './plan-input.ts';

/** The words of `rehearse` are understood too: one fault, one name for it. */
const KINDS: Readonly<Record<string, FaultKind | undefined>> = {
  status: 'status',
  throw: 'throw',
  timeout: 'throw',
  exit: 'throw',
  oom: 'throw',
  slow: 'slow',
  latency: 'slow',
  empty: 'empty',
  'empty-list': 'empty',
};

export interface PlannedFault {
  readonly fault: FaultModel;
  /** The shares of a range, `share=0.5%..20%`. */
  readonly shares: readonly number[];
}

const SHARE_WORDS = 'a share such as 0.05 or 5%, or a range such as 0.5%..20%';

/** `status:share=5%,code=503,from=1m`, `throw`, `slow:ms=1500,share=0.5%..20%`. */
export function parsePlannedFault(text: string): PlannedFault {
  const [word = '', ...rest] = text.split(':');
  const kind = KINDS[word];
  if (kind === undefined)
    throw new UserError(`The fault "${text}" is of no known kind. Kinds are ${Object.keys(KINDS).join(', ')}.`);
  const settings = readSettings(rest.join(':'), `The fault "${text}"`, {
    share: [shareRange, SHARE_WORDS],
    from: [(it) => one(duration(it)), 'a time such as 1m or 90s'],
    code: [(it) => one(whole(it)), 'a status such as 503'],
    ms: [(it) => one(whole(it)), 'whole milliseconds'],
  });
  const [low = 0.05, high] = settings.get('share') ?? [];
  const share = high === undefined ? low : Math.sqrt(low * high);
  return {
    fault: {
      kind,
      share,
      fromSeconds: settings.get('from')?.[0] ?? 0,
      slowMs: settings.get('ms')?.[0] ?? 1_500,
      statusCode: settings.get('code')?.[0] ?? 503,
    },
    shares: high === undefined ? [] : spaced(low, high, 7),
  };
}

/** `errors=0.01%,crashes=0,p50=30,p99=200`: what a good version does wrong. */
export function parseNoise(text: string): Noise {
  const settings = readSettings(text, `The noise "${text}"`, {
    errors: [(it) => one(share(it)), 'a share such as 0.01%'],
    crashes: [(it) => one(share(it)), 'a share such as 0.01%'],
    p50: [(it) => one(number(it)), 'milliseconds'],
    p99: [(it) => one(number(it)), 'milliseconds'],
  });
  const medianMs = settings.get('p50')?.[0] ?? DEFAULT_NOISE.medianMs;
  const p99Ms = settings.get('p99')?.[0] ?? Math.max(DEFAULT_NOISE.p99Ms, medianMs);
  if (p99Ms < medianMs) throw new UserError(`The noise "${text}": p99 is below p50.`);
  return {
    statusShare: settings.get('errors')?.[0] ?? DEFAULT_NOISE.statusShare,
    throwShare: settings.get('crashes')?.[0] ?? DEFAULT_NOISE.throwShare,
    medianMs,
    p99Ms,
  };
}

/** `5,10,20x2,5`: canaries and linear configurations of every percentage and interval. */
export function parseSweep(text: string): readonly Configuration[] {
  const [, percents = '', intervals = ''] = /^([\d,]+)x([\d,]+)$/.exec(text) ?? [];
  const numbers = (list: string): readonly number[] => list.split(',').filter(Boolean).map(Number);
  const wrong = (): UserError =>
    new UserError(
      `The sweep "${text}" is not "<percentages>x<minutes>", such as 5,10,20x2,5, with percentages from 1 to 99 and at most 2,880 minutes from the first to the last shift.`,
    );
  if (percents === '' || intervals === '') throw wrong();
  return numbers(percents).flatMap((percent) =>
    numbers(intervals).flatMap((interval) => {
      try {
        return [
          {
            name: `Canary${percent}Percent${interval}Minutes`,
            routing: customRouting({
              type: 'TimeBasedCanary',
              timeBasedCanary: { canaryPercentage: percent, canaryInterval: interval },
            }),
          },
          {
            name: `Linear${percent}PercentEvery${interval}Minute${interval === 1 ? '' : 's'}`,
            routing: customRouting({
              type: 'TimeBasedLinear',
              timeBasedLinear: { linearPercentage: percent, linearInterval: interval },
            }),
          },
        ];
      } catch (cause) {
        throw new UserError(wrong().message, { cause });
      }
    }),
  );
}

export const NINE: readonly Configuration[] = [...PREDEFINED].map(([name, routing]) => ({
  name: name.replace('CodeDeployDefault.Lambda', ''),
  routing,
}));

/** Shares spaced evenly on a logarithmic scale, both ends included. */
export const spaced = (low: number, high: number, points: number): readonly number[] =>
  Array.from({ length: points }, (_, i) => low * (high / low) ** (i / (points - 1)));

export function share(text: string): number | undefined {
  const [, digits, sign] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const value = Number(digits) / (sign === '%' ? 100 : 1);
  return digits !== undefined && value >= 0 && value <= 1 ? value : undefined;
}

function shareRange(text: string): readonly number[] | undefined {
  const all = text.split('..').map(share);
  const known = all.filter((it) => it !== undefined && it > 0) as number[];
  if (known.length !== all.length || known.length > 2) return undefined;
  return known.length === 2 && (known[0] ?? 0) >= (known[1] ?? 0) ? undefined : known;
}

const one = (value: number | undefined): readonly number[] | undefined => (value === undefined ? undefined : [value]);
const whole = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const number = (text: string): number | undefined => (/^\d*\.?\d+$/.test(text) ? Number(text) : undefined);

function duration(text: string): number | undefined {
  const [, digits, unit] = /^(\d*\.?\d+)(s|m|min)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (unit === 's' ? 1 : 60);
}

type Reading = readonly [read: (text: string) => readonly number[] | undefined, wanted: string];

function readSettings(
  text: string,
  subject: string,
  known: Readonly<Record<string, Reading>>,
): ReadonlyMap<string, readonly number[]> {
  const problems: { message: string }[] = [];
  const out = new Map<string, readonly number[]>();
  for (const part of text === '' ? [] : text.split(',')) {
    const [key = '', value = ''] = part.split(/=(.*)/s);
    const reading = known[key];
    const read = reading?.[0](value);
    if (reading === undefined)
      problems.push({ message: `${subject} has no setting "${key}"; it takes ${Object.keys(known).join(', ')}.` });
    else if (read === undefined) problems.push({ message: `${subject}: "${key}" is "${value}"; it is ${reading[1]}.` });
    else out.set(key, read);
  }
  if (problems.length > 0) throw new UserError(problems);
  return out;
}
