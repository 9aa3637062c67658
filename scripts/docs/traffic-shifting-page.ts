/** docs/traffic-shifting.md: the nine configurations, from CodeDeploy's own table. */
import {
  PREDEFINED,
  type Shift,
  shiftSchedule,
  type ShiftSchedule,
  type TrafficRouting,
} from '../../packages/cloud/src/services/codedeploy/index.ts';
import { GENERATED, page, table } from './markdown.ts';

const MINUTE_MS = 60_000;
const minutes = (ms: number): string => `${ms / MINUTE_MS} min`;

export function trafficShiftingPage(): string {
  const rows = [...PREDEFINED].map(([name, routing]) => {
    const schedule = shiftSchedule(routing);
    return [`\`${name.replace('CodeDeployDefault.Lambda', '')}\``, ...summary(routing, schedule)];
  });
  return page(
    GENERATED,
    '# The nine traffic shifting configurations',
    'What CodeDeploy has for Lambda without being told. The name is what `DeploymentPreference.Type` takes (and the parameter ' +
      '`DeploymentType` of [our template](../infra/template.yaml)); CodeDeploy calls it `CodeDeployDefault.Lambda` and the name.',
    table(['name', 'first', 'then', 'all traffic after', 'on the new version meanwhile'], rows),
    'The last column is how many minutes of the whole traffic the new version serves before it serves everything: a defect that ' +
      'no gate catches meets at least so much of it, and what an alarm can know it must learn from that.',
    '## Step by step',
    'Time is counted from the first shift, which is the beginning of `AllowTraffic`: after the pre-traffic hook, if there is one.',
    ...[...PREDEFINED]
      .filter(([, routing]) => routing.type === 'TimeBasedLinear')
      .map(
        ([name, routing]) =>
          `\`${name.replace('CodeDeployDefault.Lambda', '')}\`: ${steps(shiftSchedule(routing).shifts)}.`,
      ),
    '## What is assumed',
    'Linear configurations reach 100 % n − 1 intervals after the first shift here; the guides count n. ' +
      'See `linear-intervals` in [assumptions](assumptions.md).',
    '## A configuration of your own',
    '`AWS::CodeDeploy::DeploymentConfig` with `TimeBasedCanary` or `TimeBasedLinear`: a share of 1–99 % in one step and at most ' +
      '2,880 minutes between the first and the last shift. Its name goes where the predefined names go.',
  );
}

function summary(routing: TrafficRouting, schedule: ShiftSchedule): readonly string[] {
  const total = minutes(schedule.completesAfterMs);
  switch (routing.type) {
    case 'AllAtOnce':
      return ['100 %', '–', 'at once', '–'];
    case 'TimeBasedCanary':
      return [
        `${routing.canaryPercentage} %`,
        `the rest after ${routing.canaryInterval} min`,
        total,
        exposure(schedule),
      ];
    case 'TimeBasedLinear':
      return [
        `${routing.linearPercentage} %`,
        `${routing.linearPercentage} % more every ${routing.linearInterval} min`,
        total,
        exposure(schedule),
      ];
    default:
      return routing satisfies never;
  }
}

/** Minutes of whole traffic: the area under the schedule. */
function exposure({ shifts, completesAfterMs }: ShiftSchedule): string {
  const area = shifts.reduce((sum, { afterMs, weightPercent }, i) => {
    const until = shifts[i + 1]?.afterMs ?? completesAfterMs;
    return sum + (weightPercent / 100) * (until - afterMs);
  }, 0);
  return minutes(Math.round(area));
}

const steps = (shifts: readonly Shift[]): string =>
  shifts.map(({ afterMs, weightPercent }) => `${weightPercent} % at ${afterMs / MINUTE_MS}`).join(', ');
