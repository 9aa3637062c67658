import type { PlanReport } from './plan-report.ts';
export const planPage = (reports: readonly PlanReport[]): string => reports.map(({ title }) => title).join();
