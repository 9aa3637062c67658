/** The headers that tell the time of a cloud: AWS's own, and the embedded cloud's virtual instant in milliseconds. */
const VIRTUAL = 'x-rehearsal-completes-at';

/**
 * The time at the cloud, not at this machine: what its last answer said. An embedded cloud may be hours ahead of the
 * clock on the wall, and windows of metrics and logs are asked for by the cloud's time.
 */
export class CloudClock {
  #now = 0;

  /** Milliseconds since the epoch; 0 before the first answer. */
  get now(): number {
    return this.#now;
  }

  /** Takes an answer's headers. Time never goes back: answers may overtake one another. */
  hear(headers: Readonly<Record<string, string | undefined>>): void {
    const virtual = Number(headers[VIRTUAL] ?? Number.NaN);
    const at = Number.isFinite(virtual) ? virtual : Date.parse(headers['date'] ?? '');
    if (at > this.#now) this.#now = at;
  }
}
