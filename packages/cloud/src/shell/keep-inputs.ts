/**
 * Writes ahead what comes into a cloud from outside, and takes a cloud up again from it. The engine is deterministic:
 * the same inputs at the same places, and the same results and calls from the runner (see keep-runner.ts), give the
 * same journal. So no effect is kept, and none is lost or repeated. See docs/decisions/0013.
 */
import { createHash } from 'node:crypto';
import type { CallAnswer, Engine, OutsideRequest } from '../engine.ts';
import { after, Instant, isoTime } from '../instant.ts';
import type { JournalEntry } from '../journal.ts';
import type { RequestServed } from '../services/apigateway/index.ts';
import { UserError } from '../user-error.ts';
import type { DecodedCall, WireRequest } from '../wire/index.ts';
import { HistoryDiffers, type KeepRunner } from './keep-runner.ts';
import type { FromRunner } from './kept-invocation.ts';
import type { StateFolder } from './state-folder.ts';

/** What somebody outside did, as it is kept. Bytes that belong to it stand beside it. */
export type Input =
  | { readonly type: 'call'; readonly request: Omit<WireRequest, 'body' | 'rawHeaders'> }
  | { readonly type: 'request'; readonly request: OutsideRequest; readonly movesTime: boolean }
  /** Something that the cloud itself, or whoever serves it, knows how to do again. */
  | { readonly type: 'begin'; readonly what: string; readonly with: unknown };

/** Time went on to `to`, unless a step was the last before it. */
type Passing = { readonly type: 'advance'; readonly to: number } | { readonly type: 'stopped'; readonly steps: number };

/** Where in the journal something came: how long it was, and what was in it. */
interface Place {
  readonly at: number;
  readonly length: number;
  readonly digest: string;
}

type Kept = (Input | Passing) & Place;

/** An input, and the number of the record that it stands in. */
interface Read {
  readonly kept: Kept;
  readonly bytes: Uint8Array;
  readonly record: number;
}

/** How to do again what was kept. */
export interface Redo {
  /** Undefined when the request is no call. */
  readonly decode: (request: WireRequest) => Promise<DecodedCall | undefined>;
  readonly begin: (what: string, given: unknown, bytes: Uint8Array) => void;
}

/** Time is kept in stretches of so much: after a kill, the one that had begun is gone through to its end. */
const STRETCH_MS = 1_000;

export class KeepInputs {
  readonly #engine: Engine;
  readonly #runner: KeepRunner;
  readonly #folder: StateFolder;
  readonly #digest = createHash('sha256');
  #busy: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, runner: KeepRunner, folder: StateFolder) {
    this.#engine = engine;
    this.#runner = runner;
    this.#folder = folder;
    engine.journal.subscribe((entry) => this.#digest.update(textOf(entry)));
  }

  advanceTo(target: Instant, until?: () => boolean): Promise<void> {
    return this.#alone(() => this.#advance(target, until));
  }

  async call({ method, url, headers, body }: WireRequest, call: DecodedCall): Promise<CallAnswer> {
    const answer = await this.#alone(() => {
      this.#keep({ type: 'call', request: { method, url, headers } }, body);
      return this.#engine.answer(call);
    });
    await this.#folder.synced();
    return answer;
  }

  async request(request: OutsideRequest, movesTime: boolean): Promise<RequestServed> {
    // In an array, because a promise that a promise resolves to would be waited for.
    const [served] = await this.#alone(async () => {
      this.#keep({ type: 'request', request, movesTime });
      const answer = this.#engine.request(request, movesTime);
      await this.#settled();
      return [answer] as const;
    });
    const answer = await served;
    await this.#folder.synced();
    return answer;
  }

  /** `act` is synchronous, and can be done again from what is kept. */
  async begin<T>(what: string, given: unknown, bytes: Uint8Array, act: () => T): Promise<T> {
    const begun = await this.#alone(async () => {
      this.#keep({ type: 'begin', what, with: given }, bytes);
      return act();
    });
    await this.#folder.synced();
    return begun;
  }

  /** Does again all that was kept, each at its place. Throws UserError when that leads elsewhere. */
  resume(redo: Redo): Promise<void> {
    return this.#alone(async () => {
      this.#runner.isAtEnd = false;
      const inputs = this.#read();
      for (let input = inputs.next(); input.done !== true;) {
        this.#compare(input.value);
        // Reading on hands the runner what it had said until then.
        const next = inputs.next();
        await this.#again(input.value, next.done === true ? undefined : next.value.kept, redo);
        input = next;
      }
      const { now, nextAt } = this.#engine;
      const { reachedAt } = this.#folder;
      if (reachedAt > now && reachedAt < nextAt) await this.#engine.advanceTo(Instant(reachedAt));
    });
  }

  *#read(): Generator<Read, void, undefined> {
    let record = 0;
    for (const { document, bytes } of this.#folder.records()) {
      const kept = document as Kept | FromRunner;
      record++;
      if (kept.type === 'called' || kept.type === 'settled' || kept.type === 'given back')
        this.#runner.remember(kept, bytes);
      else yield { kept, bytes, record };
    }
    this.#runner.isAtEnd = true;
  }

  async #again(input: Read, next: Kept | undefined, redo: Redo): Promise<void> {
    try {
      await this.#redo(input, next, redo);
    } catch (error) {
      if (error instanceof HistoryDiffers) throw this.#refusal(input);
      // It was told when it happened first, and the cloud went on; the next place says whether this is the same.
    }
  }

  async #redo({ kept, bytes }: Read, next: Kept | undefined, redo: Redo): Promise<void> {
    switch (kept.type) {
      case 'advance':
        await this.#engine.advanceToStep(
          kept.to as Instant,
          next?.type === 'stopped' ? next.steps : Number.POSITIVE_INFINITY,
        );
        return;
      case 'stopped':
        return;
      case 'call': {
        const call = await redo.decode({ ...kept.request, body: bytes });
        if (call !== undefined) await this.#engine.answer(call);
        return;
      }
      case 'request':
        void this.#engine.request(kept.request, kept.movesTime);
        await this.#settled();
        return;
      case 'begin':
        redo.begin(kept.what, kept.with, bytes);
        return;
      default:
        throw new Error(`unknown input ${JSON.stringify(kept satisfies never)}`);
    }
  }

  async #advance(target: Instant, until: () => boolean = () => false): Promise<void> {
    const engine = this.#engine;
    while (!until()) {
      const { nextAt } = engine;
      if (nextAt > target) {
        if (target > engine.now) this.#folder.reached(target);
        return engine.advanceTo(target);
      }
      await this.#stretch(Math.min(target, Math.max(after(engine.now, STRETCH_MS), nextAt)) as Instant, until);
    }
  }

  async #stretch(to: Instant, until: () => boolean): Promise<void> {
    let isStopped = false;
    this.#keep({ type: 'advance', to });
    await this.#engine.advanceTo(to, () => (isStopped = until()));
    if (isStopped) this.#keep({ type: 'stopped', steps: this.#engine.steps });
  }

  #keep(input: Input | Passing, bytes?: Uint8Array): void {
    this.#folder.append({ ...input, ...this.#place() } satisfies Kept, bytes);
  }

  #place(): Place {
    return { at: this.#engine.now, length: this.#engine.journal.length, digest: this.#digest.copy().digest('base64') };
  }

  /** Before an idle stretch of time the journal is the same: only what is in it counts, and that time does not go back. */
  #compare(input: Read): void {
    const here = this.#place();
    const { at, length, digest } = input.kept;
    const isSame = here.length === length && here.digest === digest;
    if (isSame && here.at === at) return;
    if (!isSame || here.at > at || this.#engine.nextAt <= at) throw this.#refusal(input);
    this.#engine.timeline.moveTo(at as Instant);
  }

  #refusal({ kept: { at, length }, record }: Read): UserError {
    return new UserError(
      `The state folder ${this.#folder.directory} does not lead to the same journal again: at ${isoTime(at as Instant)}, ` +
        `record ${record}, it had ${length} entries, and ${this.#engine.journal.length} now, or others. It was written by ` +
        'another version of the embedded cloud. Nothing has been changed in it. Take it up with that version, or use a ' +
        'new folder.',
    );
  }

  /** The engine has done what it was asked so far. */
  #settled(): Promise<void> {
    return this.#engine.advanceTo(this.#engine.now, () => true);
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(work);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }
}

/** Most entries are plain, and to write them without asking about each member takes a fraction of the time. */
const textOf = (entry: JournalEntry): string =>
  isPlain(entry.effect) ? JSON.stringify(entry) : JSON.stringify(entry, plain);

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (value instanceof Map || value instanceof Set || value instanceof Uint8Array) return false;
  return Object.values(value).every(isPlain);
}

/** Maps, sets and bytes have no JSON of their own, and bytes may be many. */
function plain(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  if (own instanceof Uint8Array) return createHash('sha256').update(own).digest('base64');
  if (own instanceof Map) return [...own];
  return own instanceof Set ? [...own] : value;
}
