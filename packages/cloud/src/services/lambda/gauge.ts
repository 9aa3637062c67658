/**
 * How many invocations run, and how many did at most in a minute: what ConcurrentExecutions tells. Minutes are those in
 * which an invocation starts.
 */
export interface Gauge {
  running: number;
  minute: number;
  peak: number;
  /** Of the minute with starts before that. */
  minuteBefore: number;
  peakBefore: number;
}

export const newGauge = (running = 0): Gauge => ({
  running,
  minute: 0,
  peak: 0,
  minuteBefore: 0,
  peakBefore: 0,
});

export function begin(gauge: Gauge, minute: number): void {
  if (gauge.minute !== minute) {
    gauge.minuteBefore = gauge.minute;
    gauge.peakBefore = gauge.peak;
    gauge.minute = minute;
    gauge.peak = 0;
  }
  gauge.running += 1;
  if (gauge.running > gauge.peak) gauge.peak = gauge.running;
}

/** The most that ran at a time in a minute; 0 where that is not known (any more). */
export function peakOf(gauge: Gauge | undefined, minute: number): number {
  if (gauge?.minute === minute) return gauge.peak;
  return gauge?.minuteBefore === minute ? gauge.peakBefore : 0;
}
