/** Every rule, in the order in which the documentation tells them. */
import type { Rule } from '../finding.ts';
import { alarmListRules } from './alarm-list.ts';
import { bakeTimeRules } from './bake-time.ts';
import { blindSpotRules } from './blind-spots.ts';
import { byHandRules } from './by-hand.ts';
import { callerRules } from './callers.ts';
import { dimensionRules } from './dimensions.ts';
import { filterRules } from './filters.ts';
import { hookRules } from './hooks.ts';
import { logLineRules } from './log-lines.ts';
import { metricNameRules } from './metric-names.ts';
import { missingDataRules } from './missing-data.ts';
import { preferenceRules } from './preference.ts';
import { resourceRules } from './resources.ts';
import { stageRules } from './stages.ts';
import { statisticRules } from './statistics.ts';
import { templateRules } from './template-problems.ts';
import { thresholdRules } from './thresholds.ts';
import { versionRules } from './versions.ts';

export const FAMILIES: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Faults that no gate sees', rules: blindSpotRules },
  { title: 'Metrics that do not exist', rules: [...dimensionRules, ...metricNameRules] },
  { title: 'Old and new version', rules: [...versionRules, ...stageRules] },
  { title: 'Time', rules: bakeTimeRules },
  { title: 'Thresholds and statistics', rules: [...thresholdRules, ...statisticRules] },
  { title: 'Silence', rules: missingDataRules },
  { title: 'Callers', rules: callerRules },
  { title: 'Filters and log lines', rules: [...filterRules, ...logLineRules] },
  { title: 'The list of alarms', rules: alarmListRules },
  { title: 'Hooks', rules: hookRules },
  { title: 'The deployment preference', rules: [...preferenceRules, ...byHandRules] },
  { title: 'The template', rules: [...templateRules, ...resourceRules] },
];

export const RULES: readonly Rule[] = FAMILIES.flatMap(({ rules }) => rules);

export { LINE } from './template-problems.ts';
