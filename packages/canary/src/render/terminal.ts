import { addRequests, type RehearsalEvent, type Requests } from '../rehearse/index.ts';
import { linesOf } from './lines.ts';
import { clock, type Style } from './style.ts';

/**
 * Writes events as they come, and only those that a person needs to see what happened: golden journals, `--json` and
 * `--journal` have them all. Quiet minutes (nothing but 2xx and 3xx, nobody slow) in a row become one line.
 */
export class Terminal {
  readonly #style: Style;
  readonly #write: (line: string) => void;
  #quiet:
    | { readonly fromMs: number; readonly toMs: number; readonly minutes: number; readonly requests: Requests }
    | undefined;
  #shares = '';

  constructor(style: Style, write: (line: string) => void) {
    this.#style = style;
    this.#write = write;
  }

  show(event: RehearsalEvent): void {
    if (event.type === 'minutePassed' && isQuiet(event.requests)) return this.#keep(event.elapsedMs, event.requests);
    if (!isTelling(event) || this.#isKnown(event)) return;
    this.#flush();
    for (const line of linesOf(event, this.#style)) this.#write(line);
  }

  /** CloudFormation sets an alias again that CodeDeploy has set back already. */
  #isKnown(event: RehearsalEvent): boolean {
    if (event.type !== 'aliasShifted') return false;
    const shares = JSON.stringify(event.shares);
    const isKnown = shares === this.#shares;
    this.#shares = shares;
    return isKnown;
  }

  #keep(toMs: number, requests: Requests): void {
    const quiet = this.#quiet;
    this.#quiet = {
      fromMs: quiet?.fromMs ?? startOfMinute(toMs),
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
    this.#write(minutes === 1 ? line : `${line}   since ${clock(quiet.fromMs)}`);
  }
}

/** Of the minute that ends at `toMs`, or is cut short there. */
const startOfMinute = (toMs: number): number => (Math.ceil(toMs / 60_000) - 1) * 60_000;

const isQuiet = ({ byStatus, slowerThanSla }: Requests): boolean =>
  slowerThanSla === 0 && byStatus.every(([status]) => (typeof status === 'number' ? status < 400 : status === 'ok'));

/** Steps that say nothing beyond the ones before and after them are left out. */
const SAYS_NOTHING: {
  readonly [T in RehearsalEvent['type']]?: (event: Extract<RehearsalEvent, { type: T }>) => boolean;
} = {
  stackChanged: ({ status }) =>
    status === 'UPDATE_IN_PROGRESS' || status === 'CREATE_IN_PROGRESS' || status.includes('CLEANUP'),
  // CodeDeploy has said it already.
  resourceFailed: ({ reason }) => /d-[A-Z0-9]{9} failed/.test(reason),
  lifecycleEvent: ({ hook, status }) => hook === undefined || status === 'Skipped',
  rollbackTriggered: () => true,
  deploymentEnded: ({ isRollback }) => isRollback,
};

function isTelling(event: RehearsalEvent): boolean {
  // The table gives the event's own type; a lookup by a union's type cannot say so.
  const saysNothing = SAYS_NOTHING[event.type] as ((event: RehearsalEvent) => boolean) | undefined;
  return saysNothing?.(event) !== true;
}
