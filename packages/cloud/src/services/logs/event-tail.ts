/**
 * The newest events of a group, as bytes outside the heap: thousands of lines that live a while and then die are what
 * costs a garbage collector most. Events are in the order of their ingestion.
 */
import type { Instant } from '../../instant.ts';
import type { LogEvent, StoredEvent } from './state.ts';

/** At least this many of the newest events are kept, so that memory is bounded however long a rehearsal runs. */
export const KEPT_EVENTS = 10_000;

const EVENTS_OF_CHUNK = 1_024;
const SMALLEST_CHUNK = 16 * 1_024;
const LARGEST_CHUNK = 256 * 1_024;
/** at, ingestedAt, the place of the stream's name, where the text begins. */
const FIELDS = 4;
const LONGEST_UTF8 = 3;

/** `Buffer.write` without the reading of its arguments, which takes longer than most lines. */
type Writer = Buffer & { utf8Write(text: string, offset: number, length: number): number };

/** Events one behind the other, forgotten together. */
interface Chunk {
  readonly firstNumber: number;
  count: number;
  readonly numbers: Float64Array;
  readonly streams: string[];
  readonly text: Buffer;
  /** Where the next text begins. */
  end: number;
  /** Texts that are no Unicode, which UTF-8 could not give back, by place. */
  readonly strange: Map<number, string>;
}

export class EventTail {
  readonly #chunks: Chunk[] = [];
  #kept = 0;
  #next = 0;

  /** How many events there have ever been. */
  get ingested(): number {
    return this.#next;
  }

  append(stream: string, ingestedAt: Instant, events: readonly LogEvent[]): void {
    for (const event of events) this.#append(stream, ingestedAt, event);
    while (this.#kept - (this.#chunks[0]?.count ?? 0) >= KEPT_EVENTS) this.#kept -= this.#chunks.shift()?.count ?? 0;
  }

  #append(stream: string, ingestedAt: Instant, { at, message }: LogEvent): void {
    const longest = message.length * LONGEST_UTF8;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.count === EVENTS_OF_CHUNK || chunk.end + longest > chunk.text.length)
      chunk = this.#begin(longest);
    const { numbers, streams, count } = chunk;
    if (streams.at(-1) !== stream) streams.push(stream);
    const from = count * FIELDS;
    numbers[from] = at;
    numbers[from + 1] = ingestedAt;
    numbers[from + 2] = streams.length - 1;
    numbers[from + 3] = chunk.end;
    if (message.isWellFormed()) chunk.end += (chunk.text as Writer).utf8Write(message, chunk.end, longest);
    else chunk.strange.set(count, message);
    chunk.count++;
    this.#kept++;
    this.#next++;
  }

  /** A group with few events has small chunks. */
  #begin(longest: number): Chunk {
    const size = Math.min(SMALLEST_CHUNK * 2 ** this.#chunks.length, LARGEST_CHUNK);
    const chunk: Chunk = {
      firstNumber: this.#next,
      count: 0,
      numbers: new Float64Array(EVENTS_OF_CHUNK * FIELDS),
      streams: [],
      text: Buffer.allocUnsafeSlow(Math.max(size, longest)),
      end: 0,
      strange: new Map(),
    };
    this.#chunks.push(chunk);
    return chunk;
  }

  *[Symbol.iterator](): Generator<StoredEvent> {
    for (const { firstNumber, count, numbers, streams, text, end, strange } of this.#chunks)
      for (let i = 0, from = 0; i < count; i++, from += FIELDS) {
        const textEnd = i + 1 < count ? numbers[from + FIELDS + 3] : end;
        yield {
          number: firstNumber + i,
          stream: streams[numbers[from + 2] as number] as string,
          ingestedAt: numbers[from + 1] as Instant,
          at: numbers[from] as Instant,
          message: strange.get(i) ?? text.toString('utf8', numbers[from + 3], textEnd),
        };
      }
  }
}
