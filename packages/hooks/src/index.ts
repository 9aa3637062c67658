export { acceptanceSuite, type Check, type EarlierAnswer } from './acceptance-suite.ts';
export { judgeAnswer, type Answer, type Failure } from './judge-answer.ts';
export { restProxyEvent, type CallerRequest } from './rest-proxy-event.ts';
