/** What a runner thread does: takes messages, hands them to its Thread, posts what that says. */
import { parentPort, workerData } from 'node:worker_threads';
import { hideRunnerFrames } from './stack-frames.ts';
import { Thread } from './thread.ts';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts';
import { catchStrays } from './turns.ts';

const port = parentPort;
if (port === null) throw new Error('serve-runner.ts runs in a worker thread');
const post = (message: FromThread): void => port.postMessage(message);
hideRunnerFrames();
catchStrays();
const thread = new Thread(workerData as ThreadSettings, post);
port.on('message', (message: ToThread) => {
  try {
    thread.receive(message);
  } catch (error) {
    const bug = error instanceof Error ? error : new Error(String(error));
    post({ type: 'failed', message: bug.message, stack: bug.stack ?? '' });
  }
});
