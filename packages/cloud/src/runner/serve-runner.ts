/** What a runner thread does: takes messages, hands them to its Thread, posts what that says. */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { hideRunnerFrames } from './stack-frames.ts';
import { Thread } from './thread.ts';
import { Shared, type FromThread, type ThreadSettings, type ToThread } from './thread-messages.ts';
import { giveOwnGlobals } from './own-globals.ts';
import { catchStrays } from './turns.ts';

const port = parentPort;
if (port === null) throw new Error('serve-runner.ts runs in a worker thread');
const settings = workerData as ThreadSettings;

/** How long the next message is waited for before the event loop turns. */
const SOON_MS = 4;

function takeSoon(): ToThread | undefined {
  const sent = Atomics.load(settings.shared, Shared.sent);
  const waiting = receiveMessageOnPort(port as MessagePort);
  if (waiting !== undefined) return waiting.message as ToThread;
  Atomics.wait(settings.shared, Shared.sent, sent, SOON_MS);
  return receiveMessageOnPort(port as MessagePort)?.message as ToThread | undefined;
}

const post = (message: FromThread): void => port.postMessage(message);
hideRunnerFrames();
catchStrays();
giveOwnGlobals();
const thread = new Thread(settings, { post, takeSoon });
port.on('message', (message: ToThread) => {
  try {
    thread.receive(message);
  } catch (error) {
    const bug = error instanceof Error ? error : new Error(String(error));
    post({ type: 'failed', message: bug.message, stack: bug.stack ?? '' });
  }
});
