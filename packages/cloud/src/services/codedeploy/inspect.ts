/** The door for those who look at configurations: how traffic will shift. No deployments behind it. */
export { customRouting, PREDEFINED } from './deployment-configurations.ts';
export { DEPLOYMENT_PACE } from './pace.ts';
export { type ShiftSchedule, shiftSchedule, type TrafficRouting } from './traffic-shift.ts';
