import type { PlanReport } from './plan-report.ts';

/** The report as JSON: what was asked, every number, and what they hang on. Times in seconds, shares 0–1. */
export function planJson(report: PlanReport): object {
  const { title, question, result, own, byShare, wanted, needs, recommended, holes, assumptions } = report;
  return {
    title,
    question,
    ownConfiguration: own,
    configurations: result.configurations.map(({ configuration, goodSeconds, all, gates }) => ({
      name: configuration.name,
      routing: configuration.routing,
      goodSeconds,
      allGates: all,
      gates,
    })),
    ...(byShare.length > 0 && { byShare }),
    ...(needs.length > 0 && { wantedDetection: wanted, needs }),
    recommended,
    holes,
    assumptions,
  };
}
