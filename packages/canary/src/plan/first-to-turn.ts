/** Several gates turn at the same minute of data: which of them is read first, and when CodeDeploy stops for it. */
import { minuteEnd, type Position, type Reading, stopAt } from './positions.ts';
import type { Timing } from './plan-input.ts';

export interface First {
  /** The place of the gate. */
  readonly gate: number;
  /** From the end of the minute to the stop. */
  readonly stopSeconds: number;
  readonly share: number;
}

/** For one position; the polls of CodeDeploy fall alike in all its minutes, when they divide a minute. */
export class FirstToTurn {
  readonly #readings: readonly Reading[];
  readonly #position: Position;
  readonly #timing: Timing;
  readonly #known = new Map<number, readonly First[]>();
  /** No gate reads a minute sooner after its end. */
  readonly soonestSeconds: number;

  /** `more`: readings of gates that are not walked with, after the others. */
  constructor(position: Position, timing: Timing, more: readonly Reading[] = []) {
    this.#position = position;
    this.#timing = timing;
    this.#readings = [...position.gates, ...more];
    this.soonestSeconds = Math.min(...this.#readings.flatMap(({ lags }) => lags));
  }

  /** `turned`: places of gates, as bits. */
  among(turned: number, k: number): readonly First[] {
    const { alarmPollSeconds } = this.#timing;
    const isSame = alarmPollSeconds <= 0 || 60 % alarmPollSeconds === 0;
    const known = isSame ? this.#known.get(turned) : undefined;
    if (known) return known;
    const found = this.#found(turned, minuteEnd(this.#position, k));
    if (isSame) this.#known.set(turned, found);
    return found;
  }

  #found(turned: number, end: number): readonly First[] {
    const some = this.#readings.flatMap(({ lags }, gate) => ((turned >> gate) & 1 ? [{ gate, lags }] : []));
    const out = new Map<string, First>();
    some.forEach(({ gate, lags }, i) => {
      for (const lag of lags) {
        // At the same second the gate that comes first in the template is the one.
        const share = some.reduce((product, other, j) => {
          if (j === i) return product / lags.length;
          const later = other.lags.filter((it) => it > lag || (it === lag && j > i)).length;
          return (product * later) / other.lags.length;
        }, 1);
        if (share === 0) continue;
        const stopSeconds = stopAt(end + lag, this.#timing) - end;
        const key = `${gate} ${stopSeconds.toFixed(6)}`;
        out.set(key, { gate, stopSeconds, share: share + (out.get(key)?.share ?? 0) });
      }
    });
    return [...out.values()];
  }
}
