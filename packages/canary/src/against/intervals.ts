import type { Milestone } from './milestones.ts';

/** A time that the rehearsal assumes, measured on both sides. Undefined: that side has not both of its ends. */
export interface Interval {
  readonly what: string;
  readonly expectedMs?: number;
  readonly gotMs?: number;
  readonly deltaMs?: number;
}

/** The first milestone that begins as `from` does, and the next one after it that begins as `to` does. */
const INTERVALS: readonly { readonly what: string; readonly from: RegExp; readonly to: RegExp }[] = [
  {
    what: 'from the deployment to its pre-traffic hook',
    from: /^deployment created/,
    to: /^BeforeAllowTraffic InProgress/,
  },
  { what: 'pre-traffic hook', from: /^BeforeAllowTraffic InProgress/, to: /^BeforeAllowTraffic (?:Succeeded|Failed)/ },
  { what: 'traffic shifting', from: /^AllowTraffic InProgress/, to: /^AllowTraffic (?:Succeeded|Failed)/ },
  { what: 'post-traffic hook', from: /^AfterAllowTraffic InProgress/, to: /^AfterAllowTraffic (?:Succeeded|Failed)/ },
  { what: 'from the start of shifting to ALARM', from: /^AllowTraffic InProgress/, to: /^ALARM / },
  { what: 'from ALARM to the stop', from: /^ALARM /, to: /^deployment Stopped/ },
  { what: 'from the end to the rollback', from: /^deployment (?:Stopped|Failed)/, to: /^rollback created/ },
  { what: 'rollback', from: /^rollback created/, to: /^rollback (?:Succeeded|Failed)/ },
  {
    what: 'from the end to CloudFormation’s notice',
    from: /^deployment (?:Stopped|Failed|Succeeded)/,
    to: / UPDATE_(?:FAILED|COMPLETE)$/,
  },
];

/** Those of the intervals that at least one side has. */
export function intervalsOf(recorded: readonly Milestone[], rehearsed: readonly Milestone[]): readonly Interval[] {
  return INTERVALS.flatMap(({ what, from, to }) => {
    const expectedMs = between(recorded, from, to);
    const gotMs = between(rehearsed, from, to);
    if (expectedMs === undefined && gotMs === undefined) return [];
    return [
      {
        what,
        ...(expectedMs !== undefined && { expectedMs }),
        ...(gotMs !== undefined && { gotMs }),
        ...(expectedMs !== undefined && gotMs !== undefined && { deltaMs: gotMs - expectedMs }),
      },
    ];
  });
}

function between(milestones: readonly Milestone[], from: RegExp, to: RegExp): number | undefined {
  const begins = milestones.findIndex(({ what }) => from.test(what));
  const begun = milestones[begins];
  const ended = milestones.find(({ what }, index) => index > begins && to.test(what));
  return begun === undefined || ended === undefined ? undefined : ended.at - begun.at;
}
