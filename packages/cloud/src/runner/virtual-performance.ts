/** `performance` and PerformanceObserver of one environment: marks and measures in its own virtual time. */
import type { Inside } from './inside.ts';

interface Entry {
  readonly entryType: 'mark' | 'measure';
  readonly name: string;
  readonly startTime: number;
  readonly duration: number;
  readonly detail: unknown;
}

interface Timeline {
  entries: Entry[];
  readonly observers: Set<(entry: Entry) => void>;
}

const timelines = new WeakMap<Inside, Timeline>();

function timelineOf(inside: Inside): Timeline {
  const known = timelines.get(inside);
  if (known !== undefined) return known;
  const made: Timeline = { entries: [], observers: new Set() };
  timelines.set(inside, made);
  return made;
}

function add<T extends Entry>(inside: Inside, entry: T): T {
  const timeline = timelineOf(inside);
  timeline.entries.push(entry);
  for (const observe of timeline.observers) observe(entry);
  return entry;
}

interface MeasureOptions {
  readonly start?: unknown;
  readonly end?: unknown;
  readonly duration?: number;
  readonly detail?: unknown;
}

export function virtualPerformance(inside: Inside): object {
  const { clock } = inside;
  const timeline = timelineOf(inside);
  const now = (): number => clock.read() - clock.originMs;
  const clear = (type: Entry['entryType'], name?: string): void => {
    timeline.entries = timeline.entries.filter(
      (one) => one.entryType !== type || (name !== undefined && one.name !== name),
    );
  };
  return {
    now,
    timeOrigin: clock.originMs,
    mark: (name: string, { startTime = now(), detail = null }: { startTime?: number; detail?: unknown } = {}) =>
      add(inside, { entryType: 'mark', name: String(name), startTime, duration: 0, detail }),
    measure(name: string, from?: unknown, to?: unknown) {
      const options: MeasureOptions = typeof from === 'object' && from !== null ? from : { start: from, end: to };
      const { startTime, duration } = spanOf(timeline, options, now);
      return add(inside, {
        entryType: 'measure',
        name: String(name),
        startTime,
        duration,
        detail: options.detail ?? null,
      });
    },
    clearMarks: (name?: string) => clear('mark', name),
    clearMeasures: (name?: string) => clear('measure', name),
    ...reading(() => timeline.entries),
    timerify: (fn: unknown) => fn,
    eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
    toJSON: () => ({ timeOrigin: clock.originMs }),
  };
}

/** From a start, an end or a duration, each a number or the name of a mark, as in the User Timing standard. */
function spanOf(timeline: Timeline, { start, end, duration }: MeasureOptions, now: () => number) {
  const at = (point: unknown): number => (typeof point === 'number' ? point : markNamed(timeline, String(point)));
  if (end === undefined && start !== undefined && duration !== undefined) return { startTime: at(start), duration };
  const endTime = end === undefined ? now() : at(end);
  if (start === undefined && duration !== undefined) return { startTime: endTime - duration, duration };
  const startTime = start === undefined ? 0 : at(start);
  return { startTime, duration: endTime - startTime };
}

function markNamed({ entries }: Timeline, name: string): number {
  const mark = entries.findLast((one) => one.entryType === 'mark' && one.name === name);
  if (mark === undefined) throw new DOMException(`The "${name}" performance mark has not been set`, 'SyntaxError');
  return mark.startTime;
}

const reading = (entries: () => readonly Entry[]) => {
  const sorted = (): Entry[] => entries().toSorted((a, b) => a.startTime - b.startTime);
  return {
    getEntries: sorted,
    getEntriesByName: (name: string, type?: string) =>
      sorted().filter((one) => one.name === name && (type === undefined || one.entryType === type)),
    getEntriesByType: (type: string) => sorted().filter((one) => one.entryType === type),
  };
};

type Listener = (list: ReturnType<typeof reading>, observer: object) => void;

/** Marks and measures alone: the other kinds of entries tell of the machine. */
export function virtualPerformanceObserver(inside: Inside): unknown {
  return class PerformanceObserver {
    static readonly supportedEntryTypes = ['mark', 'measure'];
    readonly #listener: Listener;
    #types: readonly string[] = [];
    #records: Entry[] = [];

    constructor(listener: Listener) {
      this.#listener = listener;
    }

    observe({
      type,
      entryTypes,
      buffered,
    }: {
      type?: string;
      entryTypes?: readonly string[];
      buffered?: boolean;
    }): void {
      this.#types = type === undefined ? (entryTypes ?? []) : [...this.#types, type];
      timelineOf(inside).observers.add(this.#take);
      if (buffered === true) for (const entry of timelineOf(inside).entries) this.#take(entry);
    }

    disconnect(): void {
      timelineOf(inside).observers.delete(this.#take);
      this.#records = [];
    }

    takeRecords(): Entry[] {
      return this.#records.splice(0);
    }

    readonly #take = (entry: Entry): void => {
      if (!this.#types.includes(entry.entryType)) return;
      if (this.#records.push(entry) === 1) inside.timers.setImmediate(() => this.#tell());
    };

    #tell(): void {
      const records = this.takeRecords();
      if (records.length > 0)
        this.#listener(
          reading(() => records),
          this,
        );
    }
  };
}
