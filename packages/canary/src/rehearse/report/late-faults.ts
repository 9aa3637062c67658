/**
 * Faults whose time had not come when the deployment ended. No gate can catch them, so that what became of the release says
 * nothing of them.
 */
import type { Fault } from '../faults/fault.ts';
import { faultWords } from '../faults/fault-words.ts';

/** `throughMs` is undefined where nothing was shifted: there was nothing to catch a fault. */
export function lateFaults(faults: readonly Fault[], throughMs: number | undefined): readonly Fault[] {
  return throughMs === undefined ? [] : faults.filter(({ fromMs }) => fromMs >= throughMs);
}

/** `the fault throw:from=99m never began: the release was through after 05:19` */
export function lateFaultWords(late: readonly Fault[], throughMs: number): string {
  const [names, plural] = [late.map(faultWords).join(' and '), late.length > 1 ? 's' : ''];
  return `the fault${plural} ${names} never began while a gate could see it: the release was through after ${minuteSecond(throughMs)}`;
}

const minuteSecond = (ms: number): string =>
  [ms / 60_000, (ms % 60_000) / 1_000].map((each) => String(Math.floor(each)).padStart(2, '0')).join(':');
