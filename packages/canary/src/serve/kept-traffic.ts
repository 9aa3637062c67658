import { type Cloud, UserError } from '@unicorns/cloud';
import type { TrafficPlan } from '../rehearse/rehearsal.ts';
import { sendTraffic } from './send-traffic.ts';

/** Generated requests of a cloud that may be taken up again: their plan is kept beside what else came from outside. */
export interface KeptTraffic {
  /** Has requests arrive as the kept plan says. */
  begin(note: string): void;
  /** Begins what is wanted, unless it has begun before. Throws UserError when something else has. */
  keep(plan: TrafficPlan | undefined): Promise<void>;
  end(): void;
}

export function keptTraffic(cloud: Cloud, seed: number, tell: (line: string) => void): KeptTraffic {
  let begun: string | undefined;
  let endWaiting: (() => void) | undefined;
  function begin(note: string): void {
    begun = note;
    endWaiting = sendTraffic(cloud, JSON.parse(note) as TrafficPlan, seed, tell);
  }
  return {
    begin,
    async keep(plan) {
      const wanted = plan && JSON.stringify(plan);
      if (wanted === undefined || wanted === begun) return;
      if (begun !== undefined)
        throw new UserError(
          'The cloud that is taken up again has other traffic. Leave --traffic out, or use a new folder.',
        );
      await cloud.note(wanted, begin);
    },
    end: () => endWaiting?.(),
  };
}
