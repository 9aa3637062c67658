/**
 * Invocations and results as they travel between the runner and a thread: columns instead of objects. A message is
 * written and read text by text, and many texts (answers, ids of environments, names of images) come again and again.
 */
import { FilledText, type TextForm } from '../filled-text.ts';
import type { Instant } from '../instant.ts';
import type { Mutable } from '../mutable.ts';
import type { Random } from '../random.ts';
import { computeChance } from './compute-model.ts';
import type { Invocation, Settled } from './index.ts';

/** Texts of a message, each sent once. */
class Texts {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  place(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.all.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}

/** An invocation as a thread gets it. */
export interface Arrival extends Invocation {
  /** What was drawn for it beforehand: threads have more to do than the runner. */
  readonly chance: number;
}

export interface PackedInvocations {
  readonly count: number;
  /**
   * `FIELDS_OF_INVOCATION` numbers for each: seq, at, the places of image key and ARN among the texts, its kind, the
   * payload's place among the texts or, counted down from −1, that of its form, and its chance.
   */
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  readonly requestIds: readonly string[];
  readonly forms: readonly TextForm[];
  /** Of all payloads that have a form, in order. */
  readonly values: readonly string[];
}

const FIELDS_OF_INVOCATION = 7;
const [AT_ITS_INSTANT, AHEAD, INIT] = [0, 1, 2];

export function packInvocations(invocations: readonly Invocation[], random: Random): PackedInvocations {
  const numbers = new Float64Array(invocations.length * FIELDS_OF_INVOCATION);
  const texts = new Texts();
  const requestIds: string[] = [];
  const forms: TextForm[] = [];
  const values: string[] = [];
  const placeOf = (payload: Invocation['payload']): number => {
    if (typeof payload === 'string') return texts.place(payload);
    for (const value of payload.values) values.push(value);
    const known = forms.lastIndexOf(payload.form);
    return -1 - (known >= 0 ? known : forms.push(payload.form) - 1);
  };
  let to = 0;
  for (const { requestId, seq, imageKey, at, payload, invokedFunctionArn, isAhead, isInit } of invocations) {
    numbers[to++] = seq;
    numbers[to++] = at;
    numbers[to++] = texts.place(imageKey);
    numbers[to++] = texts.place(invokedFunctionArn);
    numbers[to++] = isInit ? INIT : isAhead ? AHEAD : AT_ITS_INSTANT;
    numbers[to++] = placeOf(payload);
    numbers[to++] = computeChance(random, requestId);
    requestIds.push(requestId);
  }
  return { count: invocations.length, numbers, texts: texts.all, requestIds, forms, values };
}

export function unpackInvocations(packed: PackedInvocations): Arrival[] {
  const { count, numbers, texts, requestIds, values } = packed;
  const forms = packed.forms.map(known);
  const invocations: Arrival[] = [];
  let value = 0;
  const payloadAt = (place: number): Invocation['payload'] => {
    if (place >= 0) return texts[place] as string;
    const form = forms[-1 - place] as TextForm;
    const from = value;
    value += form.pieces.length - 1;
    return new FilledText(form, values.slice(from, value));
  };
  for (let i = 0, from = 0; i < count; i++, from += FIELDS_OF_INVOCATION) {
    const kind = numbers[from + 4];
    const arrival: Mutable<Arrival> = {
      requestId: requestIds[i] as string,
      seq: numbers[from] as number,
      imageKey: texts[numbers[from + 2] as number] as string,
      at: numbers[from + 1] as Instant,
      payload: payloadAt(numbers[from + 5] as number),
      invokedFunctionArn: texts[numbers[from + 3] as number] as string,
      isAhead: kind === AHEAD,
      chance: numbers[from + 6] as number,
    };
    if (kind === INIT) arrival.isInit = true;
    invocations.push(arrival);
  }
  return invocations;
}

const MOST_FORMS = 64;
const forms = new Map<string, TextForm>();

/** The same object for the same form in every message: readers know a form by it. */
function known(form: TextForm): TextForm {
  const key = form.pieces.join('\u0000');
  const found = forms.get(key);
  if (found !== undefined) return found;
  if (forms.size >= MOST_FORMS) forms.clear();
  forms.set(key, form);
  return form;
}

export interface PackedSettled {
  readonly count: number;
  /** For each result its fields, then for each of its lines the instant and the stream. */
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  readonly messages: readonly string[];
  /** What few have, by the place of the result. */
  readonly rare: ReadonlyMap<number, Rare>;
}

type Rare = Pick<Settled, 'beyondSlice' | 'initFailure' | 'died' | 'isProvisioned'>;

const OUTCOMES = ['success', 'error', 'timeout'] as const;
const STREAMS = ['stdout', 'stderr'] as const;
const ABSENT = -1;
const FIELDS_OF_RESULT = 13;
const FIELDS_OF_LINE = 2;

export function packSettled(settled: readonly Settled[]): PackedSettled {
  let lines = 0;
  for (const one of settled) lines += one.lines.length;
  const numbers = new Float64Array(settled.length * FIELDS_OF_RESULT + lines * FIELDS_OF_LINE);
  const texts = new Texts();
  const messages: string[] = [];
  const rare = new Map<number, Rare>();
  let to = 0;
  for (const [i, one] of settled.entries()) {
    const { beyondSlice, initFailure, died, isProvisioned } = one;
    if (beyondSlice !== undefined) rare.set(i, { beyondSlice });
    if (initFailure !== undefined) rare.set(i, { ...rare.get(i), initFailure });
    if (died !== undefined) rare.set(i, { ...rare.get(i), died });
    if (isProvisioned !== undefined) rare.set(i, { ...rare.get(i), isProvisioned });
    numbers[to++] = one.seq;
    numbers[to++] = one.startedAt;
    numbers[to++] = one.endedAt;
    numbers[to++] = one.durationMs;
    numbers[to++] = one.initDurationMs ?? ABSENT;
    numbers[to++] = OUTCOMES.indexOf(one.outcome);
    numbers[to++] = one.errorType === undefined ? ABSENT : texts.place(one.errorType);
    numbers[to++] = texts.place(one.payload);
    numbers[to++] = texts.place(one.environmentId);
    numbers[to++] = one.environmentStartedAt;
    numbers[to++] = one.maxMemoryUsedMb;
    numbers[to++] = one.measuredMs ?? ABSENT;
    numbers[to++] = one.lines.length;
    for (const { at, stream, message } of one.lines) {
      numbers[to++] = at;
      numbers[to++] = STREAMS.indexOf(stream);
      messages.push(message);
    }
  }
  return {
    count: settled.length,
    numbers,
    texts: texts.all,
    messages,
    rare,
  };
}

/** `requestIdOf` a result's number is known to whoever has handed it over. */
export function unpackSettled(packed: PackedSettled, requestIdOf: (seq: number) => string): Settled[] {
  const { count, numbers, texts, messages, rare } = packed;
  const settled: Settled[] = [];
  let from = 0;
  let message = 0;
  for (let i = 0; i < count; i++) {
    const number = (field: number): number => numbers[from + field] as number;
    const [init, errorType, measured] = [number(4), number(6), number(11)];
    const lines: Settled['lines'][number][] = [];
    // One is made for each request: what is mostly absent is added, because spreading takes longer than all the rest.
    const result: Mutable<Settled> = {
      requestId: requestIdOf(number(0)),
      seq: number(0),
      startedAt: number(1) as Instant,
      endedAt: number(2) as Instant,
      durationMs: number(3),
      outcome: OUTCOMES[number(5)] ?? 'error',
      payload: texts[number(7)] as string,
      environmentId: texts[number(8)] as string,
      environmentStartedAt: number(9) as Instant,
      lines,
      maxMemoryUsedMb: number(10),
    };
    if (init !== ABSENT) result.initDurationMs = init;
    if (errorType !== ABSENT) result.errorType = texts[errorType] as string;
    if (measured !== ABSENT) result.measuredMs = measured;
    if (rare.size > 0) Object.assign(result, rare.get(i));
    const last = from + FIELDS_OF_RESULT + number(12) * FIELDS_OF_LINE;
    for (from += FIELDS_OF_RESULT; from < last; from += FIELDS_OF_LINE)
      lines.push({
        at: numbers[from] as Instant,
        message: messages[message++] as string,
        stream: STREAMS[numbers[from + 1] as number] ?? 'stdout',
      });
    settled.push(result);
  }
  return settled;
}
