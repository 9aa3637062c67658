import type { FaultDescription } from '../rehearse/index.ts';

/** What can be injected, and how it is written. Every kind takes `share` and `from`. */
export function faultsLines(faults: readonly FaultDescription[]): readonly string[] {
  const width = Math.max(...faults.map(({ example }) => example.length));
  return [
    ...faults.map(({ example, effect }) => `  ${example.padEnd(width)}  ${effect}`),
    '',
    '  share=0.05 or share=5% of the requests (default: all), from=1m or from=90s after the start of the',
    '  deployment (default: at once). Several faults: --fault, repeated.',
  ];
}
