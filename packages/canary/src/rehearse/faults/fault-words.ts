import type { Fault } from './fault.ts';

/** As it is given to `--fault`: `status:code=503,share=5%,from=99m`. */
export function faultWords(fault: Fault): string {
  const settings = [
    ...(fault.kind === 'status' ? [`code=${fault.code}`] : []),
    ...(fault.kind === 'latency' ? [`ms=${fault.ms}`] : []),
    ...(fault.share < 1 ? [`share=${Number((100 * fault.share).toPrecision(12))}%`] : []),
    ...(fault.fromMs > 0 ? [`from=${durationWords(fault.fromMs)}`] : []),
  ];
  return settings.length === 0 ? fault.kind : `${fault.kind}:${settings.join(',')}`;
}

const durationWords = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1_000}s`);
