/**
 * Invocations and results as they travel between the runner and a thread: columns instead of objects. A message is
 * written and read text by text, and many texts (answers, ids of environments, names of images) come again and again.
 */
import { Instant } from '../instant.ts';
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

export interface PackedInvocations {
  readonly count: number;
  /** `FIELDS_OF_INVOCATION` numbers for each: seq, at, the places of image key and ARN among the texts, and its kind. */
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  readonly requestIds: readonly string[];
  readonly payloads: readonly string[];
}

const FIELDS_OF_INVOCATION = 5;
const [AT_ITS_INSTANT, AHEAD, INIT] = [0, 1, 2];

export function packInvocations(invocations: readonly Invocation[]): PackedInvocations {
  const numbers = new Float64Array(invocations.length * FIELDS_OF_INVOCATION);
  const texts = new Texts();
  const requestIds: string[] = [];
  const payloads: string[] = [];
  let to = 0;
  for (const { requestId, seq, imageKey, at, payload, invokedFunctionArn, isAhead, isInit } of invocations) {
    numbers[to++] = seq;
    numbers[to++] = at;
    numbers[to++] = texts.place(imageKey);
    numbers[to++] = texts.place(invokedFunctionArn);
    numbers[to++] = isInit ? INIT : isAhead ? AHEAD : AT_ITS_INSTANT;
    requestIds.push(requestId);
    payloads.push(payload);
  }
  return { count: invocations.length, numbers, texts: texts.all, requestIds, payloads };
}

export function unpackInvocations({ count, numbers, texts, requestIds, payloads }: PackedInvocations): Invocation[] {
  const invocations: Invocation[] = [];
  for (let i = 0, from = 0; i < count; i++, from += FIELDS_OF_INVOCATION) {
    invocations.push({
      requestId: requestIds[i] as string,
      seq: numbers[from] as number,
      imageKey: texts[numbers[from + 2] as number] as string,
      at: numbers[from + 1] as Instant,
      payload: payloads[i] as string,
      invokedFunctionArn: texts[numbers[from + 3] as number] as string,
      isAhead: numbers[from + 4] === AHEAD,
      ...(numbers[from + 4] === INIT && { isInit: true as const }),
    });
  }
  return invocations;
}

export interface PackedSettled {
  readonly count: number;
  /** For each result its fields, then for each of its lines the instant and the stream. */
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  readonly requestIds: readonly string[];
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
    requestIds: settled.map((one) => one.requestId),
    messages,
    rare,
  };
}

export function unpackSettled({ count, numbers, texts, requestIds, messages, rare }: PackedSettled): Settled[] {
  const settled: Settled[] = [];
  let from = 0;
  let message = 0;
  for (let i = 0; i < count; i++) {
    const number = (field: number): number => numbers[from + field] as number;
    const [init, errorType, measured] = [number(4), number(6), number(11)];
    const lines: Settled['lines'][number][] = [];
    const result: Settled = {
      requestId: requestIds[i] as string,
      seq: number(0),
      startedAt: Instant(number(1)),
      endedAt: Instant(number(2)),
      durationMs: number(3),
      ...(init === ABSENT ? undefined : { initDurationMs: init }),
      outcome: OUTCOMES[number(5)] ?? 'error',
      ...(errorType === ABSENT ? undefined : { errorType: texts[errorType] as string }),
      payload: texts[number(7)] as string,
      environmentId: texts[number(8)] as string,
      environmentStartedAt: Instant(number(9)),
      lines,
      maxMemoryUsedMb: number(10),
      ...(measured === ABSENT ? undefined : { measuredMs: measured }),
      ...rare.get(i),
    };
    const last = from + FIELDS_OF_RESULT + number(12) * FIELDS_OF_LINE;
    for (from += FIELDS_OF_RESULT; from < last; from += FIELDS_OF_LINE)
      lines.push({
        at: Instant(numbers[from] as number),
        message: messages[message++] as string,
        stream: STREAMS[numbers[from + 1] as number] ?? 'stdout',
      });
    settled.push(result);
  }
  return settled;
}
