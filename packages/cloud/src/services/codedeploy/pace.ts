/**
 * How long CodeDeploy takes for its own work, in virtual milliseconds. Read off captures, one run each:
 * T6 (alarm already in ALARM) ends 0.73 s after it was created; T1 invokes its pre-traffic hook 2 s after
 * creation and ends 0.4 s after its post-traffic hook; T7 without hooks takes 302.3 s for a 5-minute
 * canary; rollbacks in T3 and T4 take about 2 s (assumption `codedeploy-pace`).
 */
export const CREATED_TO_STARTED_MS = 700;
export const STARTED_TO_FIRST_EVENT_MS = 1_300;
export const BETWEEN_EVENTS_MS = 100;
export const LAST_EVENT_TO_END_MS = 200;
export const ROLLBACK_CREATED_AFTER_MS = 300;

/** A hook that has not reported by then has failed. Source: CDG:limits (D). */
export const HOOK_LIMIT_MS = 3_600_000;

/** What a whole deployment without hooks takes besides its shifting, for those who reckon with it. */
export const DEPLOYMENT_PACE = {
  createdToStartMs: CREATED_TO_STARTED_MS,
  /** From the look at the alarms at the start to the first shift. */
  startToShiftMs: STARTED_TO_FIRST_EVENT_MS + BETWEEN_EVENTS_MS,
  /** From the end of AllowTraffic to the end of the deployment. */
  shiftToEndMs: BETWEEN_EVENTS_MS + LAST_EVENT_TO_END_MS,
  /** From the stop to the alias back: the rollback is created, starts, and passes BeforeAllowTraffic. */
  stopToBackMs: ROLLBACK_CREATED_AFTER_MS + CREATED_TO_STARTED_MS + 2 * BETWEEN_EVENTS_MS,
} as const;
