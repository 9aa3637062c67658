import type { Instant } from '../instant.ts';
import type { Random } from '../random.ts';
import { CodePackage } from './code-package.ts';
import { Environment, type EnvironmentHost } from './environment.ts';
import { FreeEnvironments } from './free-environments.ts';
import type { Image, Invocation, Settled } from './index.ts';
import { currentOwner } from './turns.ts';

/**
 * Everything of one image on a thread: its code, its environments, and the arrivals that wait. Arrivals are served
 * strictly in order; one whose environment does real work (or whose predecessor does) holds the others back, because
 * which environment is free depends on when that one ends. Standing at a call to the cloud holds nobody back.
 */
export class ImageHost implements EnvironmentHost {
  readonly image: Image;
  readonly random: Random;
  /** Arrivals held back by `working`. */
  readonly waiting: Invocation[] = [];
  /** The environment that does real work for the invocation served last. */
  working: Environment | undefined;
  readonly standing = new Set<Environment>();
  readonly #code: CodePackage;
  readonly #free = new FreeEnvironments();
  readonly #onWake: (environment: Environment) => void;
  #made = 0;

  constructor(image: Image, random: Random, onWake: (environment: Environment) => void) {
    this.image = image;
    this.random = random;
    this.#onWake = onWake;
    this.#code = new CodePackage(image.files, (specifier, referrer) =>
      currentOwner()?.dynamicImport(specifier, referrer),
    );
  }

  wakened(environment: Environment): void {
    this.#onWake(environment);
  }

  /** The environment that takes the arrival, or undefined when the function is at its limit. */
  environmentFor({ at }: Invocation): Environment | undefined {
    const warm = this.#free.take(at);
    if (warm !== undefined) return warm;
    const active = this.#free.busyCount + this.standing.size;
    return active >= this.image.maxConcurrency ? undefined : this.#create(at);
  }

  /** Takes back an environment after its invocation. */
  release(environment: Environment): void {
    this.standing.delete(environment);
    if (this.working === environment) this.working = undefined;
    if (environment.isDead) environment.discard();
    else this.#free.add(environment);
  }

  discardAll(): void {
    for (const environment of [...this.#free, ...this.standing]) environment.discard();
    this.working?.discard();
  }

  #create(at: Instant): Environment {
    const index = this.#made++;
    const key = `${this.image.key}/${index}`;
    const environmentId = this.random.text('environments', key, 32, '0123456789abcdef');
    return new Environment(this, this.image, this.#code, { index, key, environmentId, startedAt: at });
  }
}

/** An arrival beyond the function's concurrency: not run. */
export function throttled({ requestId, seq, at }: Invocation): Settled {
  const document = {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    Type: 'User',
    message: 'Rate Exceeded.',
  };
  return {
    requestId,
    seq,
    startedAt: at,
    endedAt: at,
    durationMs: 0,
    outcome: 'throttled',
    errorType: 'TooManyRequestsException',
    payload: JSON.stringify(document),
    environmentId: '',
    environmentStartedAt: at,
    lines: [],
    maxMemoryUsedMb: 0,
  };
}
