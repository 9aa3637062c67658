import { addRequests, type RehearsalEvent, type Requests } from '../rehearse/index.ts';
import { linesOf } from './lines.ts';
import { clock, type Style } from './style.ts';

/**
 * Writes events as they come. Quiet minutes (nothing but 2xx and 3xx, nobody slow) in a row become one line, so that
 * what happened stands out.
 */
export class Terminal {
  readonly #style: Style;
  readonly #write: (line: string) => void;
  #quiet: { readonly fromMs: number; readonly toMs: number; readonly minutes: number; readonly requests: Requests } | undefined;

  constructor(style: Style, write: (line: string) => void) {
    this.#style = style;
    this.#write = write;
  }

  show(event: RehearsalEvent): void {
    if (event.type === 'minutePassed' && isQuiet(event.requests)) return this.#keep(event.elapsedMs, event.requests);
    const lines = linesOf(event, this.#style);
    if (lines.length === 0) return;
    this.#flush();
    for (const line of lines) this.#write(line);
  }

  #keep(toMs: number, requests: Requests): void {
    const quiet = this.#quiet;
    this.#quiet = {
      fromMs: quiet?.fromMs ?? toMs,
      toMs,
      minutes: (quiet?.minutes ?? 0) + 1,
      requests: quiet === undefined ? requests : addRequests(quiet.requests, requests),
    };
  }

  #flush(): void {
    const quiet = this.#quiet;
    if (quiet === undefined) return;
    this.#quiet = undefined;
    const { toMs, minutes, requests } = quiet;
    const [line = ''] = linesOf({ type: 'minutePassed', elapsedMs: toMs, requests }, this.#style);
    this.#write(minutes === 1 ? line : `${line}   in ${minutes} minutes, since ${clock(quiet.fromMs)}`);
  }
}

const isQuiet = ({ byStatus, slowerThanSla }: Requests): boolean =>
  slowerThanSla === 0 && byStatus.every(([status]) => status < 400);
