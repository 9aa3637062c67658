import { Worker } from 'node:worker_threads';
import type { Invocation } from './index.ts';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.ts';

/** A thread as the runner sees it. It starts with its first message and never keeps the process alive by itself. */
export class RunnerThread {
  readonly #settings: ThreadSettings;
  readonly #onMessage: (message: FromThread) => void;
  readonly #onEnd: (error: Error | undefined) => void;
  #worker: Worker | undefined;

  constructor(
    settings: ThreadSettings,
    onMessage: (message: FromThread) => void,
    onEnd: (error: Error | undefined) => void,
  ) {
    this.#settings = settings;
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  send(message: ToThread): void {
    (this.#worker ?? this.#start()).postMessage(message);
  }

  run(run: number, invocations: readonly Invocation[], answered: readonly (readonly [string, number])[]): void {
    this.#worker?.ref();
    this.send({ type: 'run', run, invocations, answered });
  }

  /** Nothing is expected of the thread at the moment. */
  rest(): void {
    this.#worker?.unref();
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: this.#settings,
      env: {},
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    });
    this.#worker = worker;
    worker.on('message', this.#onMessage);
    let failure: Error | undefined;
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#onEnd(failure);
    });
    worker.unref();
    return worker;
  }
}
