export { acceptanceSuite, type Check } from './acceptance-suite.ts';
export { restProxyEvent, type CallerRequest } from './rest-proxy-event.ts';
