/**
 * Writes ahead what comes into a cloud from outside, and takes a cloud up again from it. The engine is deterministic:
 * the same inputs at the same places give the same journal, handlers' invocations and their calls included. So no
 * effect is kept, and none is lost or repeated. See docs/decisions/0010.
 */
import { createHash } from 'node:crypto';
import type { CallAnswer, Engine, OutsideRequest } from '../engine.ts';
import { after, Instant, isoTime } from '../instant.ts';
import type { RequestServed } from '../services/apigateway/index.ts';
import { UserError } from '../user-error.ts';
import type { DecodedCall, WireRequest } from '../wire/index.ts';
import type { Framed } from './frame-records.ts';
import type { StateFolder } from './state-folder.ts';

/** What somebody outside did, as it is kept. Bytes that belong to it stand beside it. */
export type Input =
  | { readonly type: 'call'; readonly request: Omit<WireRequest, 'body'> }
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

/** How to do again what was kept. */
export interface Redo {
  /** Undefined when the request is no call. */
  readonly decode: (request: WireRequest) => Promise<DecodedCall | undefined>;
  readonly begin: (what: string, given: unknown, bytes: Uint8Array) => void;
}

/** An advance with an open end is kept in stretches of so much virtual time. */
const STRETCH_MS = 1_000;

export class KeepInputs {
  readonly #engine: Engine;
  readonly #folder: StateFolder;
  readonly #digest = createHash('sha256');
  #busy: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, folder: StateFolder) {
    this.#engine = engine;
    this.#folder = folder;
    engine.journal.subscribe((entry) => this.#digest.update(JSON.stringify(entry, plain)));
  }

  advanceTo(target: Instant, until?: () => boolean): Promise<void> {
    return this.#alone(() => this.#advance(target, until));
  }

  call(request: WireRequest, call: DecodedCall): Promise<CallAnswer> {
    return this.#alone(() => {
      const { body, ...rest } = request;
      this.#keep({ type: 'call', request: rest }, body);
      return this.#engine.answer(call);
    });
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
    this.#folder.sync();
    return answer;
  }

  /** `act` is synchronous, and can be done again from what is kept. */
  begin<T>(what: string, given: unknown, bytes: Uint8Array, act: () => T): Promise<T> {
    return this.#alone(async () => {
      this.#keep({ type: 'begin', what, with: given }, bytes);
      return act();
    });
  }

  /** Does again all that was kept, each at its place. Throws UserError when that leads elsewhere. */
  resume(redo: Redo): Promise<void> {
    return this.#alone(async () => {
      const { records, reachedAt } = this.#folder;
      for (const [index, record] of records.entries()) {
        const kept = record.document as Kept;
        this.#compare(kept, index);
        const next = records[index + 1]?.document as Kept | undefined;
        try {
          await this.#again(kept, next, record, redo);
        } catch {
          // It was told when it happened first, and the cloud went on; the next place says whether this is the same.
        }
      }
      const { now, nextAt } = this.#engine;
      if (reachedAt > now && reachedAt < nextAt) await this.#engine.advanceTo(Instant(reachedAt));
    });
  }

  async #again(kept: Kept, next: Kept | undefined, { bytes }: Framed, redo: Redo): Promise<void> {
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

  async #advance(target: Instant, until: (() => boolean) | undefined): Promise<void> {
    const engine = this.#engine;
    while (until?.() !== true) {
      const { nextAt } = engine;
      if (nextAt > target) {
        if (target > engine.now) this.#folder.reached(target);
        return engine.advanceTo(target);
      }
      if (until === undefined) {
        this.#keep({ type: 'advance', to: target }, undefined, false);
        return engine.advanceTo(target);
      }
      await this.#stretch(Math.min(target, Math.max(after(engine.now, STRETCH_MS), nextAt)) as Instant, until);
    }
  }

  async #stretch(to: Instant, until: () => boolean): Promise<void> {
    let isStopped = false;
    this.#keep({ type: 'advance', to }, undefined, false);
    await this.#engine.advanceTo(to, () => (isStopped = until()));
    if (isStopped) this.#keep({ type: 'stopped', steps: this.#engine.steps }, undefined, false);
  }

  #keep(input: Input | Passing, bytes?: Uint8Array, isDurable = true): void {
    this.#folder.append({ ...input, ...this.#place() } satisfies Kept, bytes, isDurable);
  }

  #place(): Place {
    return { at: this.#engine.now, length: this.#engine.journal.length, digest: this.#digest.copy().digest('base64') };
  }

  /** Before an idle stretch of time the journal is the same: only what is in it counts, and that time does not go back. */
  #compare(kept: Kept, index: number): void {
    const here = this.#place();
    const isSame = here.length === kept.length && here.digest === kept.digest;
    if (isSame && here.at === kept.at) return;
    if (isSame && here.at < kept.at && this.#engine.nextAt > kept.at)
      return this.#engine.timeline.moveTo(kept.at as Instant);
    const { directory, header } = this.#folder;
    throw new UserError(
      `The state folder ${directory} does not lead to the same journal again: at ${isoTime(kept.at as Instant)}, input ` +
        `${index + 1}, it had ${kept.length} entries, and ${here.length} now, or others. It was written with Node ` +
        `${header?.version ?? ''}, by this version of the embedded cloud or another. Nothing has been changed in it. ` +
        'Use that version, or a new folder.',
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

/** Maps, sets and bytes have no JSON of their own, and bytes may be many. */
function plain(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  if (own instanceof Uint8Array) return createHash('sha256').update(own).digest('base64');
  if (own instanceof Map) return [...own];
  return own instanceof Set ? [...own] : value;
}
