/** Following a real deployment, or one in an embedded cloud, by AWS's own APIs. */
export type { Ending, WatchEvent } from './events.ts';
export { sharesOf } from './read-aliases.ts';
export { readDeployment } from './read-deployment.ts';
export { parseRecording, readRecording, type Recording } from './recording.ts';
export { registerWatch } from './register-watch.ts';
export { type AliasSeen, type Share, STACK_TYPE } from './snapshot.ts';
